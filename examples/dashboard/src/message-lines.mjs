/**
 * Makes lines for the console out of messages: at most one per topic in a few seconds, so that a busy topic does not
 * push the others off the screen. What was left out is counted on the next line of its topic.
 */
import { QoS } from "@mqtt5/node";

const millisecondsPerTopic = 3_000;
const longestPayload = 60;
const widthOfTopic = 28;
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

export class MessageLines {
  #shown = new Map();

  /** The line for a message that came at `now`, in milliseconds; undefined for one that is only counted. */
  next(message, now) {
    const shown = this.#shown.get(message.topic) ?? { at: -Infinity, skipped: 0 };
    this.#shown.set(message.topic, shown);
    if (message.qos !== QoS.ExactlyOnce && now - shown.at < millisecondsPerTopic) {
      shown.skipped += 1;
      return undefined;
    }
    const notes = [
      `QoS ${message.qos}`,
      message.retain ? "retained" : "",
      shown.skipped > 0 ? `and ${shown.skipped} more before` : "",
    ];
    shown.at = now;
    shown.skipped = 0;
    const topic = printable(message.topic).padEnd(widthOfTopic);
    return `${topic} ${printable(describe(message)).padEnd(widthOfValue)} ${notes.filter(Boolean).join(", ")}`;
  }
}
