/**
 * The CONNECT of each attempt. Decides Clean Start and the client id from the result of earlier connections, and the
 * fate of the session when the client stops.
 */

import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import type { DisconnectPacket } from "../../codec/packets/disconnect.js";
import type { SessionFate } from "../session/outcomes.js";
import type { NegotiatedSettings } from "./negotiated-settings.js";

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

  handleConnected(connack: ConnackPacket, settings: NegotiatedSettings): void {
    this.#hadSuccess = true;
    this.#expiry = settings.sessionExpiryInterval;
    this.#assignedClientId = connack.assignedClientIdentifier ?? this.#assignedClientId;
    this.#clientId = settings.clientId;
  }

  /** Takes in the DISCONNECT that this client sends. It may change the lifetime of the session (section 3.14.2.2.2). */
  handleDisconnect(packet: DisconnectPacket): void {
    this.#expiry = packet.sessionExpiryInterval ?? this.#expiry;
  }

  /** Gives the fate of the session when the client stops. `disconnect` is the DISCONNECT of the application. */
  handleStopped(disconnect: DisconnectPacket | undefined): SessionFate {
    if (disconnect?.sessionExpiryInterval === 0) {
      this.#expiry = 0;
      return "discarded";
    }
    return this.#behavior === "rejoinAlways" && this.#expiry !== 0 ? "kept" : "lost";
  }

  #isCleanStart(clientId: string): boolean {
    // MQTT-3.1.3-2: another id means another session, which is not this client's.
    const isOther = this.#clientId !== undefined && clientId !== this.#clientId;
    const isAsked = this.#behavior === "rejoinAlways" || (this.#behavior === "rejoinPostSuccess" && this.#hadSuccess);
    return this.#expiry === 0 || isOther || !isAsked;
  }
}
