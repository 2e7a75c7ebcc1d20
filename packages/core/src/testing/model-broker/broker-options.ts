import type { ConnackProperties } from "../../codec/packets/connack.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import type { PublishPacket } from "../../codec/packets/publish.js";
import type { Subscription } from "../../codec/packets/subscribe.js";
import type { PubackReasonCode, SubackReasonCode } from "../../codec/reason-codes.js";
import type { Clock } from "../../ports/clock.js";

/** A step of the client in an authentication exchange: its CONNECT or one of its AUTH packets. */
export interface AuthenticationStep {
  /** The name of the method. */
  readonly method: string;
  /** The data of the client. Empty if it sent none. */
  readonly data: Uint8Array;
  /** The number of the step in its exchange, from 1. */
  readonly step: number;
  /** Whether the exchange began with CONNECT, or later on the same connection. */
  readonly kind: "connect" | "reauthenticate";
}

/** The answer of the broker to an {@link AuthenticationStep}. */
export interface AuthenticationAnswer {
  /** `challenge` asks for another step, `accept` ends the exchange, `refuse` ends the connection. */
  readonly verdict: "challenge" | "accept" | "refuse";
  /** The data of the broker. Default: none. */
  readonly data?: Uint8Array;
}

/** The answer of the broker to a CONNECT: the properties of the CONNACK, or a reason code that refuses. */
export interface ConnectAnswer extends ConnackProperties {
  /** The reason code. Default: 0, accepted. */
  readonly reasonCode?: number;
}

/** The options of a {@link ModelBroker}. Each function is asked once for each packet. */
export interface ModelBrokerOptions {
  /** The clock of the broker. Its answers leave at the end of a turn, or later: see `answerDelayMs`. */
  readonly clock: Clock;
  /** The number of unread bytes above which the client is told to stop writing. Default: 65,536. */
  readonly highWaterMarkBytes?: number;
  /**
   * The packets for a message that matches several subscriptions of a session (section 3.3.4). Default: `oneCopy`.
   *
   * - `oneCopy`: one packet, with the highest QoS and all identifiers
   * - `copyEach`: a packet for each subscription, with its own QoS and its own identifier
   */
  readonly overlapping?: "oneCopy" | "copyEach";
  /**
   * Whether the broker repeats PUBREC, on a connection that resumes a session, for each QoS 2 message that it has
   * received and the client has not released. The specification leaves that open. Default: false.
   */
  readonly repeatsPubrec?: boolean;
  /** Gives the time between a packet and its answer, in milliseconds. Answers never overtake. Default: 0. */
  readonly answerDelayMs?: () => number;
  /** Answers CONNECT, before any session is touched. Default: accepts, without properties. */
  readonly answerConnect?: (connect: ConnectPacket) => ConnectAnswer;
  /** Answers each step of an authentication exchange. Default: accepts the first step. */
  readonly answerAuthentication?: (step: AuthenticationStep) => AuthenticationAnswer;
  /** Decides on a subscription. Default: grants the QoS that was asked for. */
  readonly answerSubscription?: (subscription: Subscription) => SubackReasonCode;
  /** Decides on a QoS 1 or 2 message. A code of 0x80 or above refuses it. Default: takes it. */
  readonly answerPublish?: (packet: PublishPacket) => PubackReasonCode;
}
