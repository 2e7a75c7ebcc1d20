/**
 * The session (section 4.1) with all that hangs on it: what goes out, what comes in, and the journal of both. It
 * outlives connections; the lifecycle tells it when one is up and when it is gone.
 */

import type { ServerPacket } from "../../codec/server-packets.js";
import { type MqttError, ProtocolViolationError } from "../../errors.js";
import type { Connection } from "../connection/connection.js";
import type { EventQueue } from "../engine-event.js";
import { Inbound } from "./inbound.js";
import type { Journal } from "./journal.js";
import type { SessionFate } from "./outcomes.js";
import type { OperationCounts, OperationStatistics } from "./operation-statistics.js";
import { OutboundAcknowledgements } from "./acknowledgements.js";
import { OutboundOperations } from "./operations.js";
import { Outbound, type OutboundSettings } from "./sender.js";
import { RememberedSubscriptions } from "./resubscription.js";

/** The options of the session. */
export interface SessionSettings extends OutboundSettings {
  /** One of its own for a session that a store keeps: changes go there before what rests on them is written. */
  readonly journal?: Journal;
}

export class Session {
  readonly operations: OutboundOperations;
  readonly outbound: Outbound;
  readonly inbound: Inbound;
  readonly subscriptions: RememberedSubscriptions = new RememberedSubscriptions();
  readonly #acknowledgements: OutboundAcknowledgements;

  #connectionCount = 0;

  constructor(settings: SessionSettings, events: EventQueue) {
    const { journal, ackTimeoutMs } = settings;
    this.operations = new OutboundOperations(events, journal, ackTimeoutMs);
    const parts = {
      settings,
      operations: this.operations,
      journal,
      subscriptions: this.subscriptions,
      events,
    };
    this.outbound = new Outbound(parts);
    this.#acknowledgements = new OutboundAcknowledgements(parts);
    this.inbound = new Inbound(events, journal);
  }

  statistics(): OperationCounts & Pick<OperationStatistics, "reconnectCount"> {
    return { ...this.outbound.statistics(), reconnectCount: Math.max(0, this.#connectionCount - 1) };
  }

  /** When `handleTimeout` has work; Infinity when there is none in sight. */
  get nextDeadline(): number {
    return Math.min(this.outbound.nextDeadline, this.inbound.nextDeadline);
  }

  /** Hands a packet to the part that it concerns; throws what the server did wrong. */
  handlePacket(
    now: number,
    connection: Connection,
    packet: Exclude<ServerPacket, { readonly type: "disconnect" | "auth" }>,
  ): void {
    if (packet.type === "publish") {
      this.inbound.handlePublish(now, connection, packet);
    } else if (packet.type === "pubrel") {
      this.inbound.handlePubrel(connection, packet);
    } else if (packet.type === "pingresp") {
      connection.keepAlive.handlePingresp();
    } else if (packet.type === "connack") {
      throw new ProtocolViolationError("a second CONNACK", "MQTT-3.2.0-2");
    } else {
      this.#acknowledgements.handle(connection, packet);
    }
  }

  handleConnected(now: number, connection: Connection): void {
    this.#connectionCount += 1;
    if (!connection.settings.rejoinedSession) {
      this.inbound.handleSessionLost();
    }
    this.outbound.handleConnected(now, connection);
    this.inbound.handleConnected(connection);
  }

  handleDisconnected(cause: MqttError): void {
    this.inbound.handleDisconnected();
    this.outbound.handleDisconnected(cause);
  }

  /** The client stopped: settles everything. */
  handleStopped(fate: SessionFate, cause?: MqttError): void {
    if (fate === "discarded") {
      this.inbound.handleSessionLost();
    }
    this.outbound.handleStopped(fate, cause);
  }

  handleTimeout(now: number): void {
    this.operations.handleTimeout(now);
    this.inbound.handleTimeout(now);
  }
}
