/**
 * Knows of each state whether it is news. A broker may deliver what it kept for a session after what is new, so every
 * state carries the time at which it was told, as a user property.
 */
export class Newest {
  #at = new Map();

  isNews({ topic, userProperties }) {
    const at = Number(userProperties.find(({ name }) => name === "at")?.value ?? 0);
    const isNews = at >= (this.#at.get(topic) ?? 0);
    this.#at.set(topic, isNews ? at : this.#at.get(topic));
    return isNews;
  }
}
