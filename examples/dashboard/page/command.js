/**
 * A command to the greenhouse and the state that answers it, which carries the command's correlation data. While it is
 * under way its note says how far it has come: to the broker (the acknowledgement), and to the greenhouse (the effect).
 */
const millisecondsToWait = 60_000;
const inMilliseconds = (duration) => `${duration.toFixed(duration < 10 ? 1 : 0)} ms`;

export class Command {
  #link;
  #note;
  #acknowledgement;
  #onChange;
  #pending = new Map();
  #count = 0;

  /** `acknowledgement` names the packet that ends the publish; `onChange` is called when `isPending` may have changed. */
  constructor(link, { note, acknowledgement, onChange = () => undefined }) {
    this.#link = link;
    this.#note = note;
    this.#acknowledgement = acknowledgement;
    this.#onChange = onChange;
  }

  get isPending() {
    return this.#pending.size > 0;
  }

  async send(topic, payload, qos) {
    this.#count += 1;
    const key = `${this.#link.clientId} ${topic} ${this.#count}`;
    const progress = { sentAt: performance.now(), acknowledgedAfter: undefined, effectAfter: undefined };
    progress.timer = setTimeout(() => this.#end(key, "The greenhouse did not answer"), millisecondsToWait);
    this.#pending.set(key, progress);
    this.#note.textContent = "Waiting for the broker …";
    this.#onChange();
    try {
      await this.#link.command(topic, payload, { qos, correlationData: key });
      progress.acknowledgedAfter = performance.now() - progress.sentAt;
      this.#show(progress);
    } catch (error) {
      this.#end(key, error.message);
    }
  }

  /** Takes the state that came; `idle` says what it means where it answers no command of this page. */
  handleState({ correlationData }, idle) {
    const key = correlationData === undefined ? "" : new TextDecoder().decode(correlationData);
    const progress = this.#pending.get(key);
    if (progress !== undefined) {
      progress.effectAfter = performance.now() - progress.sentAt;
      this.#end(key);
      this.#show(progress);
    } else if (!this.isPending) {
      this.#note.textContent = idle;
    }
  }

  #end(key, words) {
    clearTimeout(this.#pending.get(key)?.timer);
    this.#pending.delete(key);
    if (words !== undefined) {
      this.#note.textContent = words;
    }
    this.#onChange();
  }

  /** The effect may come before the acknowledgement does. */
  #show({ acknowledgedAfter, effectAfter }) {
    const parts = [
      acknowledgedAfter !== undefined && `${this.#acknowledgement} after ${inMilliseconds(acknowledgedAfter)}`,
      effectAfter !== undefined ? `effect after ${inMilliseconds(effectAfter)}` : "waiting for the greenhouse …",
    ];
    this.#note.textContent = parts.filter(Boolean).join(", ");
  }
}
