/** The door counts its events; so this sees whether one was missed or came twice, in whatever order they came. */
const byId = (id) => document.getElementById(id);

export class Door {
  #seen = new Set();
  #first = Infinity;
  #last = -Infinity;
  #repeated = 0;

  handleEvent(message) {
    const { state, number } = message.json();
    this.#repeated += this.#seen.has(number) ? 1 : 0;
    this.#seen.add(number);
    this.#first = Math.min(this.#first, number);
    if (number > this.#last) {
      this.#last = number;
      byId("door").textContent = state === "open" ? "Open" : "Closed";
      byId("door").dataset.state = state;
    }
    const count = this.#seen.size;
    const missed = this.#last - this.#first + 1 - count;
    byId("door-note").textContent =
      `${count} ${count === 1 ? "event" : "events"}, ${missed} missed, ${this.#repeated} twice`;
  }
}
