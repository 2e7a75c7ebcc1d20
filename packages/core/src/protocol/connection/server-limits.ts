/**
 * The limits that the server named, checked just before an operation is written. An operation beyond them is rejected;
 * the connection stays up.
 */

import { packetSize } from "../../codec/packet-size.js";
import { type AuthPacket, encodeAuth } from "../../codec/packets/auth.js";
import { type DisconnectPacket, encodeDisconnect } from "../../codec/packets/disconnect.js";
import type { OutboundMessage } from "../../codec/packets/publish.js";
import type { Subscription } from "../../codec/packets/subscribe.js";
import { isSharedFilter } from "../../codec/topic.js";
import { type InvalidArgument, InvalidArgumentError, type PublishOutcome } from "../../errors.js";
import { outcomeOfGivingUp } from "../session/outcomes.js";
import type { NegotiatedSettings } from "./negotiated-settings.js";
import type { Operation, OutboundSubscribePacket } from "../session/operation.js";

/** Gives the limit that an operation breaks, or undefined when the server accepts it. */
export function serverLimitProblem(
  operation: Operation,
  settings: NegotiatedSettings,
): InvalidArgumentError | undefined {
  const problem = problemOf(operation, settings);
  return problem && unsupported(problem, outcomeOfGivingUp(operation));
}

function unsupported({ field, value, limit }: InvalidArgument, outcome?: PublishOutcome): InvalidArgumentError {
  return new InvalidArgumentError(
    { field, value, limit: `${limit} for this server` },
    "NOT_SUPPORTED_BY_SERVER",
    outcome,
  );
}

function problemOf(operation: Operation, settings: NegotiatedSettings): InvalidArgument | undefined {
  const { maximumPacketSizeToServer } = settings;
  // MQTT-3.2.2-15
  if (operation.size > maximumPacketSizeToServer) {
    return tooLarge(operation.size, maximumPacketSizeToServer);
  }
  if (operation.kind === "publish") {
    return publishProblem(operation.message, settings);
  }
  return operation.packet.type === "subscribe" ? subscribeProblem(operation.packet, settings) : undefined;
}

function publishProblem({ qos, retain }: OutboundMessage, settings: NegotiatedSettings): InvalidArgument | undefined {
  // MQTT-3.2.2-11
  if (qos > settings.maximumQos) {
    return { field: "qos", value: qos, limit: `at most ${settings.maximumQos}` };
  }
  // MQTT-3.2.2-14
  return retain && !settings.retainAvailable ? { field: "retain", value: true, limit: "false" } : undefined;
}

function tooLarge(size: number, maximum: number): InvalidArgument {
  return { field: "packet size", value: size, limit: `at most ${maximum} bytes` };
}

function subscribeProblem(packet: OutboundSubscribePacket, settings: NegotiatedSettings): InvalidArgument | undefined {
  const value = packet.subscriptionIdentifier;
  if (value !== undefined && packet.isIdentifierOptional !== true && !settings.subscriptionIdentifiersAvailable) {
    return { field: "subscriptionIdentifier", value, limit: "left out" };
  }
  for (const subscription of packet.subscriptions) {
    const problem = subscriptionProblem(subscription, settings);
    if (problem) {
      return problem;
    }
  }
  return undefined;
}

/** Gives the limit that a subscription breaks, or undefined when the server accepts it. */
export function subscriptionProblem(
  { topicFilter }: Subscription,
  settings: NegotiatedSettings,
): InvalidArgument | undefined {
  if (!settings.wildcardSubscriptionsAvailable && /[+#]/.test(topicFilter)) {
    return { field: "topicFilter", value: topicFilter, limit: "without wildcards" };
  }
  if (!settings.sharedSubscriptionsAvailable && isSharedFilter(topicFilter)) {
    return { field: "topicFilter", value: topicFilter, limit: "not shared" };
  }
  return undefined;
}

/**
 * Gives the packet, without reason string and user properties if it is too large (MQTT-3.14.2-3, MQTT-3.14.2-4).
 * Undefined when even the rest is too large (MQTT-3.2.2-15).
 */
export function disconnectWithinLimit(
  packet: DisconnectPacket,
  maximumPacketSize: number,
): DisconnectPacket | undefined {
  const { type, reasonCode, sessionExpiryInterval } = packet;
  const bare = { type, reasonCode, ...(sessionExpiryInterval === undefined ? {} : { sessionExpiryInterval }) };
  return [packet, bare].find((form) => packetSize(encodeDisconnect, form) <= maximumPacketSize);
}

/** Gives the packet, without user properties if it is too large (MQTT-3.15.2-3), or the error of the broken limit. */
export function authWithinLimit(packet: AuthPacket, maximumPacketSize: number): AuthPacket | InvalidArgumentError {
  const { userProperties, ...bare } = packet;
  const form = !userProperties || packetSize(encodeAuth, packet) <= maximumPacketSize ? packet : bare;
  const size = packetSize(encodeAuth, form);
  // MQTT-3.2.2-15
  return size > maximumPacketSize ? unsupported(tooLarge(size, maximumPacketSize)) : form;
}
