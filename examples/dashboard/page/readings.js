/** The tiles: the last value of each sensor, and its curve. */
import { Sparkline } from "./sparkline.js";

const kinds = [
  { key: "temperature", name: "Temperature", qos: 0, unit: "°C", digits: 1, smallestSpan: 1 },
  { key: "humidity", name: "Humidity", qos: 0, unit: "%", digits: 1, smallestSpan: 4 },
  { key: "light", name: "Light", qos: 0, unit: "klx", digits: 1, smallestSpan: 6 },
  { key: "power", name: "Power", qos: 1, unit: "W", digits: 0, smallestSpan: 40 },
];

const gapMs = 1_600;
const millisecondsPerFrame = 50;
const millisecondsPerFrameReduced = 1_000;

class Tile {
  #kind;
  #value;
  #range;
  #sparkline;
  #newest = -Infinity;

  constructor(kind, parent) {
    this.#kind = kind;
    const element = document.getElementById("tile").content.cloneNode(true).firstElementChild;
    element.dataset.kind = kind.key;
    element.querySelector(".name").textContent = kind.name;
    element.querySelector(".unit").textContent = kind.unit;
    const qos = element.querySelector(".qos");
    qos.textContent = `QoS ${kind.qos}`;
    qos.dataset.qos = kind.qos;
    this.#value = element.querySelector(".value");
    this.#range = element.querySelector(".range");
    this.#sparkline = new Sparkline(element.querySelector("svg"), { gapMs, smallestSpan: kind.smallestSpan });
    parent.append(element);
  }

  /** Takes a reading; one that comes late goes into the curve only. */
  add({ value, at }) {
    this.#sparkline.add(at, value);
    if (at >= this.#newest) {
      this.#newest = at;
      this.#value.textContent = value.toFixed(this.#kind.digits);
    }
  }

  draw(now) {
    this.#sparkline.draw(now);
    const { range } = this.#sparkline;
    if (range !== undefined) {
      const [low, high] = [range.low, range.high].map((value) => value.toFixed(this.#kind.digits));
      const words = `${low} to ${high} in 60 s`;
      if (this.#range.textContent !== words) {
        this.#range.textContent = words;
      }
    }
  }
}

export class Readings {
  #tiles;
  #drawnAt = -Infinity;

  constructor(topics) {
    const parent = document.getElementById("tiles");
    this.#tiles = new Map(kinds.map((kind) => [topics[kind.key], new Tile(kind, parent)]));
    requestAnimationFrame((time) => this.#draw(time));
  }

  handleMessage(message) {
    const tile = this.#tiles.get(message.topic);
    const reading = tile === undefined ? undefined : message.json();
    if (typeof reading?.value === "number" && typeof reading.at === "number") {
      tile.add(reading);
    }
  }

  #draw(time) {
    const isReduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (time - this.#drawnAt >= (isReduced ? millisecondsPerFrameReduced : millisecondsPerFrame)) {
      this.#drawnAt = time;
      const now = Date.now();
      this.#tiles.forEach((tile) => tile.draw(now));
    }
    requestAnimationFrame((next) => this.#draw(next));
  }
}
