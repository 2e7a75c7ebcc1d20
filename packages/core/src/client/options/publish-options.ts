import { largestTopicAlias } from "../../codec/limits.js";
import type { OutboundPublishPacket } from "../../codec/packets/publish.js";
import { topicNameProblem } from "../../codec/topic.js";
import { type Check, checkInteger, checkObject, type ChecksOf, isWellFormed } from "./checks.js";
import { copyOf } from "./option-copies.js";
import { messageChecks, type MessageOptions } from "./message-fields.js";
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

/** Checks all fields of a message. {@link toPublishPacket} skips it for a plain message. */
const checkPublishOptions: Check = /* @__PURE__ */ checkObject(publishChecks, "topic");

/** The fields of a plain message. */
const plainFields: ReadonlySet<string> = /* @__PURE__ */ new Set(["topic", "payload", "qos", "retain"]);

/**
 * Makes the PUBLISH of a message.
 *
 * @throws {InvalidArgumentError} a field is invalid; the error names it
 */
export function toPublishPacket(options: PublishOptions): OutboundPublishPacket {
  const isPlain = isPlainMessage(options);
  if (!isPlain) {
    checkPublishOptions(options, "");
  }
  const { topic, payload = "", qos = 0, retain = false } = options;
  const packet: OutboundPublishPacket = {
    type: "publish",
    topic,
    payload: typeof payload === "string" ? payload : toBytes(payload),
    qos,
    retain,
    dup: false,
    packetId: 0,
  };
  return isPlain ? packet : { ...copyOf({ ...options, payload: undefined }), ...packet };
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
  for (const name in options) {
    if (!plainFields.has(name)) {
      return false;
    }
  }
  const { topic, payload, qos = 0, retain = false } = options ?? {};
  return (
    typeof topic === "string" &&
    topicNameProblem(topic) === undefined &&
    (payload instanceof Uint8Array || (typeof payload === "string" && isWellFormed(payload))) &&
    (qos === 0 || qos === 1 || qos === 2) &&
    typeof retain === "boolean"
  );
}
