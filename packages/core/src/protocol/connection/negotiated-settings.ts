import { defaultReceiveMaximum, largestPacketBytes } from "../../codec/limits.js";
import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import type { QoS } from "../../codec/qos.js";

/**
 * What holds on one connection: our CONNECT, the defaults of the specification and the server's CONNACK in one place.
 */
export interface NegotiatedSettings {
  /** The highest QoS of a publish that the server takes; default 2 (section 3.2.2.3.4). */
  readonly maximumQos: QoS;
  /** Seconds for which the server keeps the session after the connection; 0xFFFFFFFF: for ever (section 3.2.2.3.2). */
  readonly sessionExpiryInterval: number;
  /** How many QoS 1 and 2 publishes the server takes at a time; 1 to 65 535 (section 3.2.2.3.3). */
  readonly receiveMaximumFromServer: number;
  /** The largest packet that the server takes, in bytes, header included (section 3.2.2.3.6). */
  readonly maximumPacketSizeToServer: number;
  /** The highest topic alias that the server takes; 0: none (section 3.2.2.3.8). */
  readonly topicAliasMaximumToServer: number;
  /** The highest topic alias that this client takes; 0: none (section 3.1.2.11.5). */
  readonly topicAliasMaximumToClient: number;
  /** The keep-alive interval in seconds; 0: off (section 3.2.2.3.14). */
  readonly serverKeepAlive: number;
  /** Whether the server keeps retained messages (section 3.2.2.3.5). */
  readonly retainAvailable: boolean;
  /** Whether a topic filter may hold wildcards (section 3.2.2.3.11). */
  readonly wildcardSubscriptionsAvailable: boolean;
  /** Whether SUBSCRIBE may carry a subscription identifier (section 3.2.2.3.12). */
  readonly subscriptionIdentifiersAvailable: boolean;
  /** Whether shared subscriptions are possible (section 3.2.2.3.13). */
  readonly sharedSubscriptionsAvailable: boolean;
  /** Whether the server still had the session (section 3.2.2.1.1). */
  readonly rejoinedSession: boolean;
  /** The client id in use: ours, or the one that the server assigned (section 3.2.2.3.7). */
  readonly clientId: string;
}

/** Combines what was asked and what was answered. */
export function negotiate(connect: ConnectPacket, connack: ConnackPacket): NegotiatedSettings {
  return {
    maximumQos: connack.maximumQos ?? 2,
    sessionExpiryInterval: connack.sessionExpiryInterval ?? connect.sessionExpiryInterval ?? 0,
    receiveMaximumFromServer: connack.receiveMaximum ?? defaultReceiveMaximum,
    maximumPacketSizeToServer: Math.min(connack.maximumPacketSize ?? largestPacketBytes, largestPacketBytes),
    topicAliasMaximumToServer: connack.topicAliasMaximum ?? 0,
    topicAliasMaximumToClient: connect.topicAliasMaximum ?? 0,
    // MQTT-3.1.2-21, MQTT-3.2.2-21: the server's value replaces ours, shorter or longer.
    serverKeepAlive: connack.serverKeepAlive ?? connect.keepAlive,
    retainAvailable: connack.retainAvailable ?? true,
    wildcardSubscriptionsAvailable: connack.wildcardSubscriptionsAvailable ?? true,
    subscriptionIdentifiersAvailable: connack.subscriptionIdentifiersAvailable ?? true,
    sharedSubscriptionsAvailable: connack.sharedSubscriptionsAvailable ?? true,
    rejoinedSession: connack.sessionPresent,
    // MQTT-3.2.2-16: an id that is assigned though we have one names nothing.
    clientId: connect.clientId === "" ? (connack.assignedClientIdentifier ?? "") : connect.clientId,
  };
}
