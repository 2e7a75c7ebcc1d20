/**
 * Makes lines for the console out of messages. A topic may have a few lines at once, and then one every few seconds, so
 * that a busy topic does not push the others off the screen. What was left out is counted on its next line.
 */
const linesAtOnce = 2;
const millisecondsPerLine = 4_000;
const longestPayload = 60;
const widthOfValue = 16;

/** A payload in a few words, whatever it is: it comes from the network. */
function describe(message) {
  try {
    return describeText(message);
  } catch {
    return `${message.payload.length} bytes`;
  }
}

function describeText(message) {
  const text = message.text();
  if (message.contentType !== "application/json") {
    return text;
  }
  const { value, unit, state, number } = message.json();
  if (typeof value === "number") {
    return `${value.toFixed(1)} ${String(unit)}`;
  }
  return typeof state === "string" ? `${state} (event ${String(number)})` : text;
}

/** Control characters would let a message move the cursor of the terminal. */
const printable = (text) => text.replace(/\p{C}/gu, "·").slice(0, longestPayload);

/** How many lines one topic may have now: as many as fit, and one more with every few seconds. */
class Allowance {
  #lines = linesAtOnce;
  #at;
  skipped = 0;

  constructor(now) {
    this.#at = now;
  }

  take(now) {
    this.#lines = Math.min(linesAtOnce, this.#lines + (now - this.#at) / millisecondsPerLine);
    this.#at = now;
    if (this.#lines < 1) {
      this.skipped += 1;
      return false;
    }
    this.#lines -= 1;
    return true;
  }
}

export class MessageLines {
  #allowances = new Map();
  #widthOfTopic;

  /** Topics up to that width stand in a column. */
  constructor(widthOfTopic) {
    this.#widthOfTopic = widthOfTopic;
  }

  /** The line for a message that came at `now`, in milliseconds; undefined for one that is only counted. */
  next(message, now) {
    const allowance = this.#allowances.get(message.topic) ?? new Allowance(now);
    this.#allowances.set(message.topic, allowance);
    if (!allowance.take(now)) {
      return undefined;
    }
    const notes = [
      `QoS ${message.qos}`,
      message.retain ? "retained" : "",
      allowance.skipped > 0 ? `and ${allowance.skipped} more before` : "",
    ];
    allowance.skipped = 0;
    const topic = printable(message.topic).padEnd(this.#widthOfTopic);
    return `${topic} ${printable(describe(message)).padEnd(widthOfValue)} ${notes.filter(Boolean).join(", ")}`;
  }
}
