/**
 * What is remembered of the session from one connection to the next: whether to ask the server for it, under which
 * client id, and what becomes of it when the client stops.
 */

import type { ConnackPacket } from "../codec/packets/connack.js";
import type { ConnectPacket } from "../codec/packets/connect.js";
import type { DisconnectPacket } from "../codec/packets/disconnect.js";
import type { ConnectRequest, SessionBehavior } from "./handshake.js";
import type { SessionFate } from "./loss-policy.js";
import type { NegotiatedSettings } from "./negotiated-settings.js";

export class SessionContinuity {
  readonly #behavior: SessionBehavior;

  /** The highest alias that the server may use; 0: none. */
  readonly #topicAliasMaximum: number;

  #assignedClientId: string | undefined;

  /** The id of the last connection. */
  #clientId: string | undefined;

  #sessionExpiryInterval: number | undefined;

  /** True once a connection has succeeded since `start`. */
  #hadSuccess = false;

  /** True when the session ended with its connection, its expiry interval being 0, or by our wish. */
  #isOver = false;

  constructor(behavior: SessionBehavior, topicAliasMaximum: number) {
    this.#behavior = behavior;
    this.#topicAliasMaximum = topicAliasMaximum;
  }

  /** True once a connection has succeeded: from then on there is a session of our own to come back to. */
  get isKnown(): boolean {
    return this.#clientId !== undefined;
  }

  /** Seconds that the session outlives its connection, as the last CONNECT has it; undefined before the first. */
  get sessionExpiryInterval(): number | undefined {
    return this.#sessionExpiryInterval;
  }

  start(): void {
    this.#hadSuccess = false;
  }

  /** The CONNECT for what the application asks. */
  makeConnect(request: ConnectRequest): ConnectPacket {
    this.#sessionExpiryInterval = request.sessionExpiryInterval ?? 0;
    // An empty id asks the server for one as much as none does.
    const isNamed = request.clientId !== undefined && request.clientId !== "";
    const clientId = (isNamed ? request.clientId : this.#assignedClientId) ?? "";
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
    this.#isOver = false;
    this.#assignedClientId = connack.assignedClientIdentifier ?? this.#assignedClientId;
    this.#clientId = settings.clientId;
  }

  /** A DISCONNECT of ours goes out: it may change how long the session lives (section 3.14.2.2.2). */
  handleDisconnect(packet: DisconnectPacket): void {
    if (packet.sessionExpiryInterval !== undefined) {
      this.#isOver = packet.sessionExpiryInterval === 0;
    }
  }

  handleDisconnected(settings: NegotiatedSettings): void {
    this.#isOver ||= settings.sessionExpiryInterval === 0;
  }

  /** What becomes of the session now that the client stops, with the DISCONNECT that the application gave. */
  handleStopped(disconnect: DisconnectPacket | undefined): SessionFate {
    if (disconnect?.sessionExpiryInterval === 0) {
      this.#isOver = true;
      return "discarded";
    }
    return this.#behavior === "rejoinAlways" && !this.#isOver ? "kept" : "lost";
  }

  #isCleanStart(clientId: string): boolean {
    // MQTT-3.1.3-2: under another id there is another session, none of which is ours.
    const isOther = this.#clientId !== undefined && clientId !== this.#clientId;
    const isAsked = this.#behavior === "rejoinAlways" || (this.#behavior === "rejoinPostSuccess" && this.#hadSuccess);
    return this.#isOver || isOther || !isAsked;
  }
}
