/**
 * The CONNECT of each attempt. Decides Clean Start and the client identifier from what the connections before it left
 * behind, and tells what becomes of the session when the client stops.
 */

import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import type { DisconnectPacket } from "../../codec/packets/disconnect.js";
import type { SessionFate } from "../session/outcomes.js";
import type { NegotiatedSettings } from "./negotiated-settings.js";

/**
 * When the client asks the server for the session that it left.
 *
 * - `clean`: never; every connection starts a session of its own
 * - `rejoinPostSuccess`: once a connection has succeeded since `start`
 * - `rejoinAlways`: always
 */
export type SessionBehavior = "clean" | "rejoinPostSuccess" | "rejoinAlways";

/** What the application says of a connection; the engine adds the rest of the CONNECT. */
export interface ConnectRequest extends Omit<ConnectPacket, "type" | "cleanStart" | "clientId" | "topicAliasMaximum"> {
  /** Left out or empty: the id that the server assigned before, or none. */
  readonly clientId?: string;
}

export class ConnectPackets {
  readonly #behavior: SessionBehavior;

  /** The highest alias that the server may use; 0: none. */
  readonly #topicAliasMaximum: number;

  #assignedClientId = "";

  /** The id of the last connection. */
  #clientId: string | undefined;

  #sessionExpiryInterval: number | undefined;

  /** True once a connection has succeeded since `start`. */
  #hadSuccess = false;

  /** Seconds that the session outlives its connection; 0: it is over with that. */
  #expiry: number | undefined;

  constructor(behavior: SessionBehavior, topicAliasMaximum: number) {
    this.#behavior = behavior;
    this.#topicAliasMaximum = topicAliasMaximum;
  }

  /** True once a connection has succeeded: from then on there is a session of our own to come back to. */
  get isSessionKnown(): boolean {
    return this.#clientId !== undefined;
  }

  /** Seconds that the session outlives its connection, as the last CONNECT has it; undefined before the first. */
  get sessionExpiryInterval(): number | undefined {
    return this.#sessionExpiryInterval;
  }

  start(): void {
    this.#hadSuccess = false;
  }

  /** Makes the CONNECT of an attempt from the application's part of it. */
  make(request: ConnectRequest): ConnectPacket {
    this.#sessionExpiryInterval = request.sessionExpiryInterval ?? 0;
    // An empty id asks the server for one as much as none does.
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

  /** A DISCONNECT of ours goes out: it may change how long the session lives (section 3.14.2.2.2). */
  handleDisconnect(packet: DisconnectPacket): void {
    this.#expiry = packet.sessionExpiryInterval ?? this.#expiry;
  }

  /** What becomes of the session now that the client stops, with the DISCONNECT that the application gave. */
  handleStopped(disconnect: DisconnectPacket | undefined): SessionFate {
    if (disconnect?.sessionExpiryInterval === 0) {
      this.#expiry = 0;
      return "discarded";
    }
    return this.#behavior === "rejoinAlways" && this.#expiry !== 0 ? "kept" : "lost";
  }

  #isCleanStart(clientId: string): boolean {
    // MQTT-3.1.3-2: under another id there is another session, none of which is ours.
    const isOther = this.#clientId !== undefined && clientId !== this.#clientId;
    const isAsked = this.#behavior === "rejoinAlways" || (this.#behavior === "rejoinPostSuccess" && this.#hadSuccess);
    return this.#expiry === 0 || isOther || !isAsked;
  }
}
