import type { OutboundPublishPacket } from "../codec/packets/publish.js";
import { QoS } from "../codec/qos.js";
import { checkObject } from "./checks.js";
import { messageChecks, type MessageOptions, messageProperties } from "./message-options.js";
import { toBytesOrText } from "./payload.js";

/** A message to be published (section 3.3). */
export type PublishOptions = MessageOptions;

const checkPublishOptions = /* @__PURE__ */ checkObject(messageChecks, "topic");

/** The PUBLISH for a message; throws an `InvalidArgumentError` that names the field. */
export function toPublishPacket(options: PublishOptions): OutboundPublishPacket {
  checkPublishOptions(options, "");
  return {
    type: "publish",
    topic: options.topic,
    payload: toBytesOrText(options.payload ?? ""),
    qos: options.qos ?? QoS.AtMostOnce,
    retain: options.retain ?? false,
    dup: false,
    packetId: 0,
    ...messageProperties(options),
  };
}
