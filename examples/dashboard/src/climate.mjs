/**
 * The weather in a greenhouse, made up: a day takes two minutes, clouds pass, the heating follows the target, the fan
 * cools and dries. No time and no chance of its own, so that it says the same for the same input.
 */
const secondsPerDay = 120;
const outsideTemperature = 15;

const towards = (value, goal, rate) => value + (goal - value) * Math.min(1, rate);
const within = (value, low, high) => Math.min(high, Math.max(low, value));

export class Climate {
  #random;
  #seconds = 12;
  #clouds = 0;
  #heating = 0.2;
  #fanSpeed = 0;

  temperature = 22;
  humidity = 61;
  light = 30;
  power = 80;

  /** What the greenhouse is told. */
  isFanOn = false;
  target = 22;

  /** `random` gives numbers from 0 to 1. */
  constructor(random) {
    this.#random = random;
  }

  /** Lets time pass, in seconds. */
  advance(seconds) {
    this.#seconds += seconds;
    this.#clouds = within(this.#clouds * 0.97 + this.#noise(2.2), -9, 7);
    const sun = 0.5 - 0.5 * Math.cos((2 * Math.PI * this.#seconds) / secondsPerDay);
    this.light = Math.max(0.4, 3 + 38 * sun + this.#clouds * (0.2 + sun));

    this.#fanSpeed = towards(this.#fanSpeed, this.isFanOn ? 1 : 0, seconds * 0.9);
    this.#heating = towards(this.#heating, within((this.target - this.temperature) * 0.5 + 0.25, 0, 1), seconds * 0.8);
    const cooling = (this.temperature - outsideTemperature) * (0.02 + 0.05 * this.#fanSpeed);
    this.temperature += (this.#heating * 0.75 + this.light * 0.004 - cooling) * seconds + this.#noise(0.03);

    const dampness = 62 - (this.temperature - 22) * 1.6 - this.#fanSpeed * 13 + (1 - sun) * 8;
    this.humidity = within(towards(this.humidity, dampness, seconds * 0.12) + this.#noise(0.25), 20, 98);

    const isPumpOn = this.#seconds % 22 < 4;
    this.power = 34 + this.#heating * 310 + this.#fanSpeed * 62 + (isPumpOn ? 88 : 0) + this.#noise(3);
  }

  #noise(size) {
    return (this.#random() - 0.5) * 2 * size;
  }
}
