/**
 * What can be done from here. A switch shows what the greenhouse says it does, not what was clicked: it moves when the
 * state comes back, and until then says how far the command has come.
 */
const byId = (id) => document.getElementById(id);
const inMilliseconds = (duration) => `${duration.toFixed(duration < 10 ? 1 : 0)} ms`;

const highestTarget = 30;
const lowestTarget = 15;
const step = 0.5;

/** A command and the state that answers it. */
class Command {
  #link;
  #note;
  #acknowledgement;
  #pending = new Map();
  #count = 0;

  constructor(link, { note, acknowledgement }) {
    this.#link = link;
    this.#note = note;
    this.#acknowledgement = acknowledgement;
  }

  get isPending() {
    return this.#pending.size > 0;
  }

  async send(topic, payload, qos) {
    this.#count += 1;
    const key = `${topic} ${this.#count}`;
    const progress = { sentAt: performance.now(), acknowledgedAfter: undefined };
    this.#pending.set(key, progress);
    this.#note.textContent = "Sent, waiting for the broker …";
    try {
      await this.#link.command(topic, payload, { qos, correlationData: key });
      progress.acknowledgedAfter = performance.now() - progress.sentAt;
      if (this.#pending.has(key)) {
        this.#note.textContent = `${this.#acknowledged(progress)}, waiting for the greenhouse …`;
      }
    } catch (error) {
      this.#pending.delete(key);
      this.#note.textContent = error.message;
    }
  }

  /** Takes the state that came; tells how long it took where it answers a command of ours. */
  handleState({ correlationData }, idle) {
    const key = correlationData === undefined ? "" : new TextDecoder().decode(correlationData);
    const progress = this.#pending.get(key);
    this.#pending.delete(key);
    if (progress === undefined) {
      this.#note.textContent = this.isPending ? this.#note.textContent : idle;
      return;
    }
    const effect = `effect after ${inMilliseconds(performance.now() - progress.sentAt)}`;
    this.#note.textContent = [this.#acknowledged(progress), effect].filter(Boolean).join(", ");
  }

  /** The state may come before the acknowledgement does. */
  #acknowledged({ acknowledgedAfter }) {
    return acknowledgedAfter === undefined ? "" : `${this.#acknowledgement} after ${inMilliseconds(acknowledgedAfter)}`;
  }
}

class Fan {
  #button = byId("fan");
  #icon = byId("fan-icon");
  #command;

  constructor(link, topics) {
    this.#command = new Command(link, { note: byId("fan-note"), acknowledgement: "PUBCOMP" });
    this.#button.addEventListener("click", () => {
      const wanted = this.#button.getAttribute("aria-checked") === "true" ? "off" : "on";
      this.#button.classList.add("pending");
      void this.#command.send(topics.setFan, wanted, 2).then(() => this.#showPending());
    });
  }

  handleState(message) {
    const isOn = message.text() === "on";
    this.#button.setAttribute("aria-checked", String(isOn));
    this.#icon.classList.toggle("on", isOn);
    this.#command.handleState(message, isOn ? "On: cools and dries the air" : "Off");
    this.#showPending();
  }

  #showPending() {
    this.#button.classList.toggle("pending", this.#command.isPending);
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

  handleState(message) {
    this.#command.handleState(message, "The heating follows it");
    // While more clicks are under way this answers an earlier one.
    if (!this.#command.isPending) {
      this.#value = Number(message.text());
      this.#show();
    }
  }

  #show() {
    this.#output.textContent = `${this.#value.toFixed(1)} °C`;
  }
}

/** The door counts its events; so this sees whether one was missed or came twice. */
class Door {
  #last;
  #count = 0;
  #missed = 0;
  #repeated = 0;

  handleEvent(message) {
    const { state, number } = message.json();
    if (this.#last !== undefined && number <= this.#last) {
      this.#repeated += 1;
    } else {
      this.#missed += this.#last === undefined ? 0 : number - this.#last - 1;
      this.#last = number;
      this.#count += 1;
    }
    const isOpen = state === "open";
    byId("door").textContent = isOpen ? "Open" : "Closed";
    byId("door").dataset.state = isOpen ? "open" : "closed";
    const events = this.#count === 1 ? "1 event" : `${this.#count} events`;
    byId("door-note").textContent = `${events}, ${this.#missed} missed, ${this.#repeated} twice`;
  }
}

/** Two things that happen to every device sooner or later. */
function prepareWhatIf(link, topics, isEmbedded) {
  const note = byId("what-if-note");
  const prepare = (button, topic, words) =>
    button.addEventListener("click", () => {
      note.textContent = words;
      link.command(topic, "", { qos: 1 }).catch((error) => {
        note.textContent = error.message;
      });
    });
  const [restart, unplug] = [byId("restart"), byId("unplug")];
  prepare(
    restart,
    topics.restartBroker,
    "Back in 4 seconds. Meanwhile QoS 0 readings are lost; power and door events wait in Node, commands wait here.",
  );
  prepare(
    unplug,
    topics.unplug,
    "Back in 5 seconds. Its will says “offline”; a command given now waits at the broker and still takes effect.",
  );
  restart.hidden = !isEmbedded;
}

export class Controls {
  #handlers;

  constructor(link, topics, isEmbedded) {
    const fan = new Fan(link, topics);
    const target = new Target(link, topics);
    const door = new Door();
    this.#handlers = new Map([
      [topics.fan, (message) => fan.handleState(message)],
      [topics.target, (message) => target.handleState(message)],
      [topics.door, (message) => door.handleEvent(message)],
    ]);
    prepareWhatIf(link, topics, isEmbedded);
  }

  handleMessage(message) {
    this.#handlers.get(message.topic)?.(message);
  }
}
