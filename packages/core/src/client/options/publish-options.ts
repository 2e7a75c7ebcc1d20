import { largestTopicAlias } from "../../codec/limits.js";
import { type OutboundMessage, ownPayload } from "../../codec/packets/publish.js";
import { topicNameProblem } from "../../codec/topic.js";
import { type Check, checkInteger, checkObject, type ChecksOf, isWellFormed, refuseUnseen } from "./checks.js";
import { copyOf } from "./option-copies.js";
import { messageChecks, type MessageOptions, toQos } from "./message-fields.js";
import { toBytes } from "./payload.js";

/**
 * A message to publish.
 *
 * See [section 3.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901100).
 */
export interface PublishOptions extends MessageOptions {
  /**
   * The topic alias for the topic, with `topicAliasing.outbound: "manual"`. The client leaves it out in other modes,
   * and above the server's maximum. The field `topic` is required all the same. 1 to 65 535; default: none.
   */
  readonly topicAlias?: number;
}

export const publishChecks: ChecksOf<PublishOptions> = {
  ...messageChecks,
  topicAlias: /* @__PURE__ */ checkInteger(1, largestTopicAlias),
};

/** Checks the fields that a plain message does not have. */
const checkProperties: Check = /* @__PURE__ */ propertiesOf(publishChecks);

function propertiesOf(checks: ChecksOf<PublishOptions>): Check {
  return checkObject(Object.fromEntries(Object.entries(checks).filter(([name]) => !isPlainField(name))));
}

/** Returns true for the name of a field that every message has. */
function isPlainField(name: string): boolean {
  return name === "topic" || name === "payload" || name === "qos" || name === "retain";
}

/** Checks all fields of a message. {@link toOutboundMessage} skips it for a plain message. */
const checkPublishOptions: Check = /* @__PURE__ */ checkObject(publishChecks, "topic");

/**
 * Makes the message that the engine sends.
 *
 * @throws {InvalidArgumentError} a field is invalid; the error names it
 */
export function toOutboundMessage(options: PublishOptions): OutboundMessage {
  const isPlain = isPlainMessage(options);
  if (!isPlain) {
    demandObject(options);
    checkPublishOptions(options, "");
  }
  const { topic, payload = "", qos = 0, retain = false } = options;
  const bytes = typeof payload === "string" ? payload : toBytes(payload);
  const message: OutboundMessage = {
    type: "publish",
    topic,
    // At QoS 0 the engine copies a payload only when it has to wait. Most are written during the call.
    payload: qos === 0 ? bytes : ownPayload(bytes),
    qos: toQos(qos),
    retain,
  };
  return isPlain ? message : { ...copyOf(options, checkProperties), ...message };
}

function demandObject(options: unknown): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    refuseUnseen("message", 'one object, as in publish({ topic: "a", payload: "x" })');
  }
}

/** A message of a caller without TypeScript. */
interface UncheckedMessage {
  readonly topic?: unknown;
  readonly payload?: unknown;
  readonly qos?: unknown;
  readonly retain?: unknown;
}

/**
 * Returns true for a valid message without properties: the common case by far. Other messages go through the checks,
 * which are slower and name the invalid field.
 */
function isPlainMessage(options: UncheckedMessage | null | undefined): boolean {
  if (typeof options !== "object" || options === null || Object.getPrototypeOf(options) !== Object.prototype) {
    return false; // the loop below does not see the accessors of a class
  }
  for (const name in options) {
    if (!isPlainField(name)) {
      return false;
    }
  }
  const { topic, payload, qos = 0, retain = false } = options;
  return (
    typeof topic === "string" &&
    topicNameProblem(topic) === undefined &&
    (payload instanceof Uint8Array || (typeof payload === "string" && isWellFormed(payload))) &&
    (qos === 0 || qos === 1 || qos === 2) &&
    typeof retain === "boolean"
  );
}
