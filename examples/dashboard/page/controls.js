/**
 * What can be done from here. A switch shows what the greenhouse says it does, not what was clicked: it moves when the
 * state comes back, and until then says how far the command has come.
 */
import { Command } from "./command.js";
import { Newest } from "./newest.js";

const byId = (id) => document.getElementById(id);

const highestTarget = 30;
const lowestTarget = 15;
const step = 0.5;

class Fan {
  #button = byId("fan");
  #icon = byId("fan-icon");
  #command;
  #isOn = false;

  constructor(link, topics) {
    this.#command = new Command(link, {
      note: byId("fan-note"),
      acknowledgement: "PUBCOMP",
      onChange: () => this.#button.classList.toggle("pending", this.#command.isPending),
    });
    this.#button.addEventListener("click", () => {
      void this.#command.send(topics.setFan, this.#isOn ? "off" : "on", 2);
    });
  }

  handleState(message, isNews) {
    if (isNews) {
      this.#isOn = message.text() === "on";
    }
    const isOn = this.#isOn;
    this.#button.setAttribute("aria-checked", String(isOn));
    this.#icon.classList.toggle("on", isOn);
    this.#command.handleState(message, isOn ? "On: cools and dries the air" : "Off");
  }
}

class Target {
  #output = byId("target");
  #command;
  #value;

  constructor(link, topics) {
    this.#command = new Command(link, { note: byId("target-note"), acknowledgement: "PUBACK" });
    const change = (difference) => {
      if (this.#value !== undefined) {
        this.#value = Math.min(highestTarget, Math.max(lowestTarget, this.#value + difference));
        this.#show();
        void this.#command.send(topics.setTarget, this.#value.toFixed(1), 1);
      }
    };
    byId("cooler").addEventListener("click", () => change(-step));
    byId("warmer").addEventListener("click", () => change(step));
  }

  handleState(message, isNews) {
    this.#command.handleState(message, "The heating follows it");
    // While more clicks are under way this answers an earlier one.
    if (isNews && !this.#command.isPending) {
      this.#value = Number(message.text());
      this.#show();
    }
  }

  #show() {
    this.#output.textContent = `${this.#value.toFixed(1)} °C`;
  }
}

export class Controls {
  #newest = new Newest();
  #controls;

  constructor(link, topics) {
    this.#controls = new Map([
      [topics.fan, new Fan(link, topics)],
      [topics.target, new Target(link, topics)],
    ]);
  }

  handleMessage(message) {
    this.#controls.get(message.topic)?.handleState(message, this.#newest.isNews(message));
  }
}
