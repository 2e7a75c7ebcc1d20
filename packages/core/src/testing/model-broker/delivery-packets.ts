/** The deliveries of a session as packets. */
import type { PublishPacket } from "../../codec/packets/publish.js";
import type { BrokerDelivery, BrokerMessage } from "./broker-records.js";

/** Whether a delivery takes a unit of the client's Receive Maximum. */
export function isUnderWay({ state, qos }: BrokerDelivery): boolean {
  return qos > 0 && (state === "sent" || state === "released");
}

/** Whether a message has expired before it was first sent (MQTT-3.3.2-5). */
export function isExpired({ message, sentCount }: BrokerDelivery, now: number): boolean {
  const { messageExpiryInterval = Infinity, takenAt } = message;
  return sentCount === 0 && now - takenAt >= messageExpiryInterval * 1_000;
}

/** Makes the PUBLISH of a delivery. DUP is set if it was sent before (MQTT-3.3.1-1). */
export function publishOf(delivery: BrokerDelivery, now: number): PublishPacket {
  const { message, qos, retain, subscriptionIdentifiers, packetId, sentCount } = delivery;
  const { messageExpiryInterval } = message;
  return {
    ...contentOf(message),
    type: "publish",
    qos,
    retain,
    dup: qos > 0 && sentCount > 0,
    ...(qos > 0 ? { packetId } : {}),
    ...(messageExpiryInterval === undefined
      ? {}
      : { messageExpiryInterval: restOf(messageExpiryInterval, now - message.takenAt) }), // MQTT-3.3.2-6
    ...(subscriptionIdentifiers.length === 0 ? {} : { subscriptionIdentifiers }),
  };
}

/** The part of a message that the broker passes on unchanged. */
export function contentOf(
  message: Omit<BrokerMessage, "number" | "sessionNumber" | "takenAt">,
): Omit<BrokerMessage, "number" | "sessionNumber" | "takenAt"> {
  const { topic, payload, qos, retain } = message;
  const { payloadFormatIndicator, messageExpiryInterval, responseTopic, correlationData, contentType } = message;
  const { userProperties } = message;
  return {
    topic,
    payload,
    qos,
    retain,
    ...(payloadFormatIndicator === undefined ? {} : { payloadFormatIndicator }),
    ...(messageExpiryInterval === undefined ? {} : { messageExpiryInterval }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(userProperties === undefined ? {} : { userProperties }),
  };
}

/** The rest of an expiry interval, in seconds. */
function restOf(interval: number, waitedMs: number): number {
  return Math.max(0, interval - Math.floor(waitedMs / 1_000));
}
