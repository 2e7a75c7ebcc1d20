import { largestTopicAlias } from "../../codec/limits.js";
import type { OutboundPublishPacket } from "../../codec/packets/publish.js";
import { topicNameProblem } from "../../codec/topic.js";
import { type Check, checkInteger, checkObject, type ChecksOf, isWellFormed } from "./checks.js";
import { copyOf } from "./option-copies.js";
import { messageChecks, type MessageOptions } from "./message-fields.js";
import { toBytes } from "./payload.js";

/** A message to be published (section 3.3). */
export interface PublishOptions extends MessageOptions {
  /**
   * Stands for the topic on the wire where `topicAliasing.outbound` is `manual`, and is left out elsewhere, and above
   * the server's maximum; 1 to 65 535. The topic has to be given all the same.
   */
  readonly topicAlias?: number;
}

export const publishChecks: ChecksOf<PublishOptions> = {
  ...messageChecks,
  topicAlias: /* @__PURE__ */ checkInteger(1, largestTopicAlias),
};

/** {@link toPublishPacket} spares a plain message most of it. */
const checkPublishOptions: Check = /* @__PURE__ */ checkObject(publishChecks, "topic");

/** The fields that need no more than a glance. */
const plainFields: ReadonlySet<string> = /* @__PURE__ */ new Set(["topic", "payload", "qos", "retain"]);

/** The PUBLISH for a message; throws an `InvalidArgumentError` that names the field. */
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

/** A message as a caller without TypeScript may pass it. */
interface UncheckedMessage {
  readonly topic?: unknown;
  readonly payload?: unknown;
  readonly qos?: unknown;
  readonly retain?: unknown;
}

/**
 * True for a message without properties in which all is well, the common case by far. For any other the checks decide,
 * which take longer and name what is wrong.
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
