/**
 * The CONNECT of each attempt. Decides Clean Start and the client id from the result of earlier connections, and the
 * fate of the session when the client stops.
 */

import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import type { DisconnectPacket } from "../../codec/packets/disconnect.js";
import type { SessionFate } from "../session/outcomes.js";
import { clientIdOf, negotiate, type NegotiatedSettings } from "./negotiated-settings.js";

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

/** The name of a session: another client id means another session (MQTT-3.1.3-2), and so does another server. */
interface SessionName {
  readonly server: string;
  readonly clientId: string;
}

/** The options about the session of the client. */
export interface ConnectSettings {
  readonly sessionBehavior: SessionBehavior;
  /** True when the session of one server can be resumed at another. */
  readonly serversShareSessions: boolean;
}

export class ConnectPackets {
  readonly #settings: ConnectSettings;

  /** The highest alias that the server may use; 0 for none. */
  readonly #topicAliasMaximum: number;

  /** The server of the last CONNECT. The same for all servers if they share their sessions. */
  #server = "";

  /** The client id that a server assigned. It means nothing to another server. */
  #assigned: SessionName | undefined;

  /** The session of the last connection. */
  #session: SessionName | undefined;

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
   * The session, if the server replaced it by a new one. The CONNACK that said so did not become a connection, for
   * instance because its verification failed.
   */
  #replaced: SessionName | undefined;

  constructor(settings: ConnectSettings, topicAliasMaximum: number) {
    this.#settings = settings;
    this.#topicAliasMaximum = topicAliasMaximum;
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

  /** Makes the CONNECT of an attempt at this server from the application's part. */
  make(request: ConnectRequest, server: string): ConnectPacket {
    this.#server = this.#settings.serversShareSessions ? "" : server;
    this.#sessionExpiryInterval = request.sessionExpiryInterval ?? 0;
    // An empty id asks the server for one, as no id does.
    const { clientId: own = "" } = request;
    const assigned = this.#assigned?.server === this.#server ? this.#assigned.clientId : "";
    const clientId = own === "" ? assigned : own;
    return {
      ...request,
      type: "connect",
      cleanStart: this.#isCleanStart(this.#nameOf(clientId)),
      clientId,
      ...(this.#topicAliasMaximum > 0 && { topicAliasMaximum: this.#topicAliasMaximum }),
    };
  }

  /** True for the first CONNECT that relies on a session which cannot outlive the connection. */
  mustWarn(connect: ConnectPacket): boolean {
    const isShort = this.#settings.sessionBehavior !== "clean" && (connect.sessionExpiryInterval ?? 0) === 0;
    const isFirst = isShort && !this.#hasWarned;
    this.#hasWarned ||= isShort;
    return isFirst;
  }

  /** Takes in a CONNACK with success, before it is known whether it becomes a connection. */
  handleConnack(connect: ConnectPacket, connack: ConnackPacket): void {
    const session = this.#nameOf(clientIdOf(connect, connack));
    // The session of another id or server does not touch the session of this client.
    const isOwn = this.#session === undefined || isSame(session, this.#session);
    if (isOwn && !connack.sessionPresent) {
      this.#replaced = session;
    }
  }

  /** Takes in a CONNACK that makes a connection. Gives the settings of the connection. */
  accept(connect: ConnectPacket, connack: ConnackPacket): AcceptedConnection {
    const clientId = clientIdOf(connect, connack);
    const session = this.#nameOf(clientId);
    const isResumed = connack.sessionPresent && !isSame(session, this.#replaced);
    const settings = negotiate(connect, connack, isResumed);
    const isAdopted = isResumed && this.#session === undefined;
    this.#hadSuccess = true;
    this.#isDiscarded = false;
    this.#replaced = undefined;
    this.#expiry = settings.sessionExpiryInterval;
    this.#assigned = connack.assignedClientIdentifier === undefined ? this.#assigned : session;
    this.#session = session;
    return { settings, isAdopted };
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
    const isLasting = this.#expiry !== 0 && this.#replaced === undefined;
    return this.#settings.sessionBehavior === "rejoinAlways" && isLasting ? "kept" : "lost";
  }

  /** Names the session of this client id at the server of the last CONNECT. */
  #nameOf(clientId: string): SessionName {
    return { server: this.#server, clientId };
  }

  #isCleanStart(session: SessionName): boolean {
    const { sessionBehavior } = this.#settings;
    const isOther = this.#session !== undefined && !isSame(session, this.#session);
    const isAsked = sessionBehavior === "rejoinAlways" || (sessionBehavior === "rejoinPostSuccess" && this.#hadSuccess);
    return this.#isDiscarded || isOther || !isAsked;
  }
}

/** The result of a CONNACK that makes a connection. */
interface AcceptedConnection {
  readonly settings: NegotiatedSettings;
  /** True when the server resumed a session that this client does not know. */
  readonly isAdopted: boolean;
}

function isSame(one: SessionName, other: SessionName | undefined): boolean {
  return one.server === other?.server && one.clientId === other.clientId;
}
