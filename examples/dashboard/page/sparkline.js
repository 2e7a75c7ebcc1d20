/**
 * A curve of the last minute in an SVG. Its time axis is that of the measurements, not of their arrival: what comes late
 * fills in where it belongs, and where nothing was measured or delivered the curve has a gap, bridged by dots.
 */
const windowMs = 60_000;
const margin = 6;

/** The scale does not jump: it goes a part of the way with each frame. */
const partOfTheWay = 0.18;

export class Sparkline {
  #svg;
  #paths;
  #dot;
  #points = [];
  #gapMs;
  #smallestSpan;
  #low;
  #high;
  #width = 0;
  #height = 0;

  /** After `gapMs` without a value there is a gap; a curve that hardly moves is not blown up beyond `smallestSpan`. */
  constructor(svg, { gapMs, smallestSpan }) {
    this.#svg = svg;
    this.#gapMs = gapMs;
    this.#smallestSpan = smallestSpan;
    this.#paths = Object.fromEntries(["area", "line", "gap"].map((name) => [name, svg.querySelector(`.${name}`)]));
    this.#dot = svg.querySelector(".dot");
    new ResizeObserver(([{ contentRect }]) => this.#resize(contentRect)).observe(svg);
  }

  add(at, value) {
    const points = this.#points;
    let index = points.length;
    while (index > 0 && points[index - 1].at > at) {
      index -= 1;
    }
    points.splice(index, 0, { at, value });
  }

  /** The lowest and the highest value that are shown; undefined when there is none. */
  get range() {
    const values = this.#points.map(({ value }) => value);
    return values.length === 0 ? undefined : { low: Math.min(...values), high: Math.max(...values) };
  }

  draw(now) {
    while (this.#points.length > 0 && this.#points[0].at < now - windowMs) {
      this.#points.shift();
    }
    const { range } = this;
    if (range === undefined || this.#width === 0) {
      Object.values(this.#paths).forEach((path) => path.setAttribute("d", ""));
      this.#dot.setAttribute("visibility", "hidden");
      return;
    }
    this.#follow(range);
    this.#drawRuns(this.#runs(now));
  }

  #resize({ width, height }) {
    this.#width = width;
    this.#height = height;
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }

  #follow({ low, high }) {
    const spare = Math.max(0, this.#smallestSpan - (high - low)) / 2;
    const step = (from, to) => (from === undefined ? to : from + (to - from) * partOfTheWay);
    this.#low = step(this.#low, low - spare);
    this.#high = step(this.#high, high + spare);
  }

  /** The points on the screen, in runs without a gap. */
  #runs(now) {
    const runs = [];
    let previous = -Infinity;
    for (const { at, value } of this.#points) {
      if (at - previous > this.#gapMs) {
        runs.push([]);
      }
      previous = at;
      const share = (value - this.#low) / (this.#high - this.#low || 1);
      runs.at(-1).push({
        x: this.#width - margin - ((now - at) / windowMs) * this.#width,
        y: this.#height - margin - share * (this.#height - 2 * margin),
      });
    }
    return runs;
  }

  #drawRuns(runs) {
    const write = ({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;
    const lines = runs.map((run) => `M${run.map(write).join("L")}`);
    const areas = runs.map((run, index) => {
      const [from, to] = [run[0], run.at(-1)];
      return `${lines[index]}L${to.x.toFixed(1)} ${this.#height}L${from.x.toFixed(1)} ${this.#height}Z`;
    });
    const gaps = runs.slice(1).map((run, index) => `M${write(runs[index].at(-1))}L${write(run[0])}`);
    this.#paths.line.setAttribute("d", lines.join(""));
    this.#paths.area.setAttribute("d", areas.join(""));
    this.#paths.gap.setAttribute("d", gaps.join(""));
    const { x, y } = runs.at(-1).at(-1);
    this.#dot.setAttribute("visibility", "visible");
    this.#dot.setAttribute("cx", x);
    this.#dot.setAttribute("cy", y);
  }
}
