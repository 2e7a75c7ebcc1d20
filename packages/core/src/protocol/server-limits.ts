/**
 * What the server said that it does not take, applied to an operation just before it would be written. The operation is
 * rejected; the connection stays up.
 */

import { encodeAuth, encodeDisconnect } from "../codec/client-codec.js";
import { packetSize } from "../codec/packet-size.js";
import type { AuthPacket } from "../codec/packets/auth.js";
import type { DisconnectPacket } from "../codec/packets/disconnect.js";
import type { OutboundPublishPacket } from "../codec/packets/publish.js";
import { isSharedFilter } from "../codec/topic.js";
import { type InvalidArgument, InvalidArgumentError } from "../errors.js";
import { outcomeOfGivingUp } from "./loss-policy.js";
import type { NegotiatedSettings } from "./negotiated-settings.js";
import type { Operation, OutboundSubscribePacket } from "./operation.js";

/** The limit that an operation breaks, or undefined when the server takes it. */
export function serverLimitProblem(
  operation: Operation,
  settings: NegotiatedSettings,
): InvalidArgumentError | undefined {
  const problem =
    sizeProblem(operation.size, settings.maximumPacketSizeToServer) ?? contentProblem(operation, settings);
  return problem && new InvalidArgumentError(problem, "NOT_SUPPORTED_BY_SERVER", outcomeOfGivingUp(operation));
}

/** MQTT-3.2.2-15. */
function sizeProblem(value: number, limit: number): InvalidArgument | undefined {
  return value > limit
    ? { field: "packet size", value, limit: `at most ${String(limit)} bytes for this server` }
    : undefined;
}

function contentProblem(operation: Operation, settings: NegotiatedSettings): InvalidArgument | undefined {
  switch (operation.kind) {
    case "publish":
      return publishProblem(operation.packet, settings);
    case "subscribe":
      return subscribeProblem(operation.packet, settings);
    case "unsubscribe":
      return undefined;
  }
}

function publishProblem(packet: OutboundPublishPacket, settings: NegotiatedSettings): InvalidArgument | undefined {
  // MQTT-3.2.2-11
  if (packet.qos > settings.maximumQos) {
    return { field: "qos", value: packet.qos, limit: `at most ${String(settings.maximumQos)} for this server` };
  }
  // MQTT-3.2.2-14
  return packet.retain && !settings.retainAvailable
    ? { field: "retain", value: true, limit: "false for this server" }
    : undefined;
}

function subscribeProblem(packet: OutboundSubscribePacket, settings: NegotiatedSettings): InvalidArgument | undefined {
  const value = packet.subscriptionIdentifier;
  if (value !== undefined && packet.isIdentifierOptional !== true && !settings.subscriptionIdentifiersAvailable) {
    return { field: "subscriptionIdentifier", value, limit: "left out for this server" };
  }
  for (const { topicFilter } of packet.subscriptions) {
    if (!settings.wildcardSubscriptionsAvailable && /[+#]/.test(topicFilter)) {
      return { field: "topicFilter", value: topicFilter, limit: "without wildcards for this server" };
    }
    if (!settings.sharedSubscriptionsAvailable && isSharedFilter(topicFilter)) {
      return { field: "topicFilter", value: topicFilter, limit: "not shared for this server" };
    }
  }
  return undefined;
}

/**
 * The packet, without what explains it where the whole is larger than the server takes (MQTT-3.14.2-3, MQTT-3.14.2-4);
 * undefined where not even that fits (MQTT-3.2.2-15).
 */
export function disconnectWithinLimit(
  packet: DisconnectPacket,
  settings: NegotiatedSettings,
): DisconnectPacket | undefined {
  const { type, reasonCode, sessionExpiryInterval } = packet;
  const bare = { type, reasonCode, ...(sessionExpiryInterval === undefined ? {} : { sessionExpiryInterval }) };
  return [packet, bare].find((form) => packetSize(encodeDisconnect, form) <= settings.maximumPacketSizeToServer);
}

/** The packet, without what explains it where the whole is too large (MQTT-3.15.2-3), or the limit that it breaks. */
export function authWithinLimit(packet: AuthPacket, maximumPacketSize: number): AuthPacket | InvalidArgumentError {
  const { userProperties, ...bare } = packet;
  const form = userProperties === undefined || packetSize(encodeAuth, packet) <= maximumPacketSize ? packet : bare;
  const problem = sizeProblem(packetSize(encodeAuth, form), maximumPacketSize);
  return problem === undefined ? form : new InvalidArgumentError(problem, "NOT_SUPPORTED_BY_SERVER");
}
