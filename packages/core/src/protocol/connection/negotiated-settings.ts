import { defaultReceiveMaximum, largestPacketBytes } from "../../codec/limits.js";
import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import type { QoS } from "../../codec/qos.js";

/** The settings of one connection: the CONNECT, the CONNACK and the defaults of the specification, combined. */
export interface NegotiatedSettings {
  /**
   * The highest QoS of a publish that the server accepts. Default: 2.
   *
   * See [section 3.2.2.3.4](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901084).
   */
  readonly maximumQos: QoS;
  /**
   * The time in seconds that the server keeps the session after the connection. 4 294 967 295 means for ever.
   *
   * See [section 3.2.2.3.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901082).
   */
  readonly sessionExpiryInterval: number;
  /**
   * The number of QoS 1 and 2 publishes that the server accepts at a time. 1 to 65 535; default: 65 535.
   *
   * See [section 3.2.2.3.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901083).
   */
  readonly receiveMaximumFromServer: number;
  /**
   * The largest packet that the server accepts, in bytes, fixed header included. Default: 268 435 460, the largest
   * packet of the protocol.
   *
   * See [section 3.2.2.3.6](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901086).
   */
  readonly maximumPacketSizeToServer: number;
  /**
   * The highest topic alias that the server accepts. 0 means none. 0 to 65 535; default: 0.
   *
   * See [section 3.2.2.3.8](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901088).
   */
  readonly topicAliasMaximumToServer: number;
  /**
   * The highest topic alias that this client accepts. 0 means none. 0 to 65 535.
   *
   * See [section 3.1.2.11.5](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901051).
   */
  readonly topicAliasMaximumToClient: number;
  /**
   * The keep-alive interval of the connection in seconds. 0 means off. Default: the interval of the CONNECT.
   *
   * See [section 3.2.2.3.14](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901094).
   */
  readonly serverKeepAlive: number;
  /**
   * True when the server supports retained messages. Default: true.
   *
   * See [section 3.2.2.3.5](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901085).
   */
  readonly retainAvailable: boolean;
  /**
   * True when topic filters may have wildcards. Default: true.
   *
   * See [section 3.2.2.3.11](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901091).
   */
  readonly wildcardSubscriptionsAvailable: boolean;
  /**
   * True when a SUBSCRIBE may have a subscription identifier. Default: true.
   *
   * See [section 3.2.2.3.12](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901092).
   */
  readonly subscriptionIdentifiersAvailable: boolean;
  /**
   * True when the server supports shared subscriptions. Default: true.
   *
   * See [section 3.2.2.3.13](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901093).
   */
  readonly sharedSubscriptionsAvailable: boolean;
  /**
   * True when the server resumed the session. False also for a session that the server made for an attempt which failed
   * after its CONNACK: it is new, and the client's earlier session is lost.
   *
   * See [section 3.2.2.1.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901078).
   */
  readonly rejoinedSession: boolean;
  /**
   * The client id of the connection: the one in CONNECT, or the one that the server assigned.
   *
   * See [section 3.2.2.3.7](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901087).
   */
  readonly clientId: string;
}

/** Gives the client id of a session that a CONNACK with success opens. */
export function clientIdOf(connect: ConnectPacket, connack: ConnackPacket): string {
  // MQTT-3.2.2-16: the server assigns an id only to a client without one.
  return connect.clientId === "" ? (connack.assignedClientIdentifier ?? "") : connect.clientId;
}

/**
 * Combines the CONNECT with the server's CONNACK. `rejoinedSession` tells whether the server resumed the session that
 * this client knows.
 */
export function negotiate(
  connect: ConnectPacket,
  connack: ConnackPacket,
  rejoinedSession: boolean = connack.sessionPresent,
): NegotiatedSettings {
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
    rejoinedSession,
    clientId: clientIdOf(connect, connack),
  };
}
