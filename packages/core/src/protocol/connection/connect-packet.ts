/**
 * The CONNECT of each attempt. Decides Clean Start and the client id from the result of earlier connections, and the
 * fate of the session when the client stops.
 */

import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import type { DisconnectPacket } from "../../codec/packets/disconnect.js";
import type { SessionFate } from "../session/outcomes.js";
import { clientIdOf, type NegotiatedSettings } from "./negotiated-settings.js";

/**
 * The time from which the client asks the server to resume its session.
 *
 * - `clean`: never; every connection starts a new session
 * - `rejoinPostSuccess`: after the first successful connection since `start`
 * - `rejoinAlways`: from the first attempt
 */
export type SessionBehavior = "clean" | "rejoinPostSuccess" | "rejoinAlways";

/** The application's part of the CONNECT. The engine adds the rest. */
export interface ConnectRequest extends Omit<ConnectPacket, "type" | "cleanStart" | "clientId" | "topicAliasMaximum"> {
  /** The client id. Left out or empty: the id that the server assigned before, or none. */
  readonly clientId?: string;
}

export class ConnectPackets {
  readonly #behavior: SessionBehavior;

  /** The highest alias that the server may use; 0 for none. */
  readonly #topicAliasMaximum: number;

  #assignedClientId = "";

  /** The client id of the last connection. */
  #clientId: string | undefined;

  #sessionExpiryInterval: number | undefined;

  /** True after the first successful connection since `start`. */
  #hadSuccess = false;

  /** The time in seconds that the session outlives its connection. 0: it ends with the connection. */
  #expiry: number | undefined;

  /** True once the application was warned that the session ends with its connection. */
  #hasWarned = false;

  /** True after a stop that discarded the session. The server may not have heard of that. */
  #isDiscarded = false;

  /**
   * The client id of the session, if the server replaced the session by a new one. The CONNACK that said so did not
   * become a connection, for instance because its verification failed.
   */
  #replacedClientId: string | undefined;

  constructor(behavior: SessionBehavior, topicAliasMaximum: number) {
    this.#behavior = behavior;
    this.#topicAliasMaximum = topicAliasMaximum;
  }

  /** True after the first successful connection. From then on this client has a session to resume. */
  get isSessionKnown(): boolean {
    return this.#clientId !== undefined;
  }

  /**
   * The time in seconds that the session outlives its connection, from the last CONNECT; undefined before the first.
   */
  get sessionExpiryInterval(): number | undefined {
    return this.#sessionExpiryInterval;
  }

  start(): void {
    this.#hadSuccess = false;
  }

  /** Makes the CONNECT of an attempt from the application's part. */
  make(request: ConnectRequest): ConnectPacket {
    this.#sessionExpiryInterval = request.sessionExpiryInterval ?? 0;
    // An empty id asks the server for one, as no id does.
    const { clientId: own = "" } = request;
    const clientId = own === "" ? this.#assignedClientId : own;
    return {
      ...request,
      type: "connect",
      cleanStart: this.#isCleanStart(clientId),
      clientId,
      ...(this.#topicAliasMaximum > 0 && { topicAliasMaximum: this.#topicAliasMaximum }),
    };
  }

  /** True for the first CONNECT that relies on a session which cannot outlive the connection. */
  mustWarn(connect: ConnectPacket): boolean {
    const isShort = this.#behavior !== "clean" && (connect.sessionExpiryInterval ?? 0) === 0;
    const isFirst = isShort && !this.#hasWarned;
    this.#hasWarned ||= isShort;
    return isFirst;
  }

  /** Takes in a CONNACK with success, before it is known whether it becomes a connection. */
  handleConnack(connect: ConnectPacket, connack: ConnackPacket): void {
    const clientId = clientIdOf(connect, connack);
    // The session of another id does not touch the session of this client.
    const isOwn = this.#clientId === undefined || this.#clientId === clientId;
    if (isOwn && !connack.sessionPresent) {
      this.#replacedClientId = clientId;
    }
  }

  /** True when the server resumed the session that the client knows, and not a session that replaced it. */
  isResumed(connect: ConnectPacket, connack: ConnackPacket): boolean {
    return connack.sessionPresent && clientIdOf(connect, connack) !== this.#replacedClientId;
  }

  handleConnected(connack: ConnackPacket, settings: NegotiatedSettings): void {
    this.#hadSuccess = true;
    this.#isDiscarded = false;
    this.#replacedClientId = undefined;
    this.#expiry = settings.sessionExpiryInterval;
    this.#assignedClientId = connack.assignedClientIdentifier ?? this.#assignedClientId;
    this.#clientId = settings.clientId;
  }

  /** Takes in the DISCONNECT that this client sends. It may change the lifetime of the session (section 3.14.2.2.2). */
  handleDisconnect(packet: DisconnectPacket): void {
    this.#expiry = packet.sessionExpiryInterval ?? this.#expiry;
    this.#isDiscarded ||= packet.sessionExpiryInterval === 0;
  }

  /** Gives the fate of the session when the client stops. `disconnect` is the DISCONNECT of the application. */
  handleStopped(disconnect: DisconnectPacket | undefined): SessionFate {
    if (disconnect?.sessionExpiryInterval === 0) {
      this.#isDiscarded = true;
      return "discarded";
    }
    const isLasting = this.#expiry !== 0 && this.#replacedClientId === undefined;
    return this.#behavior === "rejoinAlways" && isLasting ? "kept" : "lost";
  }

  #isCleanStart(clientId: string): boolean {
    // MQTT-3.1.3-2: another id means another session, which is not this client's.
    const isOther = this.#clientId !== undefined && clientId !== this.#clientId;
    const isAsked = this.#behavior === "rejoinAlways" || (this.#behavior === "rejoinPostSuccess" && this.#hadSuccess);
    return this.#isDiscarded || isOther || !isAsked;
  }
}
