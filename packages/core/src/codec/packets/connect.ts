import type { PayloadFormatIndicator, QoS } from "../qos.js";
import type { UserProperties } from "./user-property.js";

/** The properties of a CONNECT (section 3.1.2.11). */
export interface ConnectProperties extends UserProperties {
  /** Seconds that the session outlives the connection; 0xFFFFFFFF means for ever, absent means 0. */
  readonly sessionExpiryInterval?: number;
  /** How many unacknowledged QoS 1 and 2 messages the sender takes: 1 to 65535; absent means 65535. */
  readonly receiveMaximum?: number;
  /** The largest packet that the sender takes, in bytes with its header; absent means any. */
  readonly maximumPacketSize?: number;
  /** The highest topic alias that the sender takes; absent means 0, no aliases. */
  readonly topicAliasMaximum?: number;
  /** Asks for response information in the CONNACK; absent means false. */
  readonly requestResponseInformation?: boolean;
  /** False forbids reason strings and user properties in most answers; absent means true. */
  readonly requestProblemInformation?: boolean;
  /** Names the method of an enhanced authentication (section 4.12). */
  readonly authenticationMethod?: string;
  /** The first data of that method. */
  readonly authenticationData?: Uint8Array | string;
}

/** The properties of a will (section 3.1.3.2). */
export interface WillProperties extends UserProperties {
  /** Seconds between the end of the connection and the publication of the will; absent means 0. */
  readonly willDelayInterval?: number;
  readonly payloadFormatIndicator?: PayloadFormatIndicator;
  /** Seconds that the published will lives; absent means for ever. */
  readonly messageExpiryInterval?: number;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Uint8Array | string;
}

/** The message that the server publishes when the connection ends without a normal DISCONNECT (section 3.1.2.5). */
export interface Will extends WillProperties {
  readonly topic: string;
  /** At most 65535 bytes; a string is sent as UTF-8. */
  readonly payload: Uint8Array | string;
  readonly qos: QoS;
  readonly retain: boolean;
}

/** Client requests a connection (section 3.1). */
export interface ConnectPacket extends ConnectProperties {
  readonly type: "connect";
  readonly cleanStart: boolean;
  /** Seconds, 0 to 65535; 0 turns keep-alive off. */
  readonly keepAlive: number;
  /** Empty to have the server assign one. */
  readonly clientId: string;
  readonly will?: Will;
  readonly username?: string;
  /** A string is sent as UTF-8. */
  readonly password?: Uint8Array | string;
}
