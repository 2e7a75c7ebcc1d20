/**
 * What the server answers to what we sent: PUBACK, PUBREC, PUBCOMP, SUBACK and UNSUBACK. An answer counts only for the
 * operation that holds its packet id, and only if it is of the kind that this operation waits for.
 */

import { PacketType } from "../codec/packet-type.js";
import type { PubackPacket } from "../codec/packets/puback.js";
import type { PubcompPacket } from "../codec/packets/pubcomp.js";
import type { PubrecPacket } from "../codec/packets/pubrec.js";
import type { SubackPacket } from "../codec/packets/suback.js";
import type { SubscribePacket } from "../codec/packets/subscribe.js";
import type { UnsubackPacket } from "../codec/packets/unsuback.js";
import { PubrelReasonCode, SubackReasonCode } from "../codec/reason-codes.js";
import { ProtocolViolationError } from "../errors.js";
import type { Connection } from "./connection.js";
import type { EventQueue } from "./engine-event.js";
import { PublishRejectedError } from "./operation-errors.js";
import type { OperationSettlement } from "./operation-settlement.js";
import type { PublishOperation, SubscribeOperation, UnsubscribeOperation } from "./operation.js";
import type { OutboundFlights } from "./outbound-flights.js";
import type { OutboundParts } from "./outbound.js";
import type { RememberedSubscriptions } from "./remembered-subscriptions.js";
import type { SessionJournal } from "./session-journal.js";
import type { TransmitGate } from "./transmit-gate.js";

/** From here on a reason code is a failure (section 2.4). */
const firstFailure = 0x80;

/** The parts that {@link OutboundAcknowledgements} works with. */
export interface AcknowledgementParts extends Omit<OutboundParts, "settings"> {
  readonly subscriptions: RememberedSubscriptions;
  readonly events: EventQueue;
}

export class OutboundAcknowledgements {
  readonly #flights: OutboundFlights;
  readonly #settlement: OperationSettlement;
  readonly #journal: SessionJournal;
  readonly #gate: TransmitGate;
  readonly #subscriptions: RememberedSubscriptions;
  readonly #events: EventQueue;

  constructor(parts: AcknowledgementParts) {
    this.#flights = parts.flights;
    this.#settlement = parts.settlement;
    this.#journal = parts.journal;
    this.#gate = parts.gate;
    this.#subscriptions = parts.subscriptions;
    this.#events = parts.events;
  }

  /** Ends a QoS 1 publish. */
  handlePuback(connection: Connection, packet: PubackPacket): void {
    const operation = this.#flights.publishing.get(packet.packetId);
    if (operation?.packet.qos !== 1) {
      this.#rejectIfInUse(packet.packetId, "PUBACK", "MQTT-4.3.2-3");
      return;
    }
    this.#finish(connection, operation, packet.packetId);
    if (packet.reasonCode >= firstFailure) {
      this.#settlement.fail(operation, new PublishRejectedError(packet));
    } else {
      const result = { qos: 1, puback: packet } as const;
      this.#settlement.complete(operation, { type: "publishCompleted", id: operation.id, result });
    }
  }

  /** Takes a QoS 2 publish to its second half, or ends it (MQTT-4.3.3-4). */
  handlePubrec(connection: Connection, packet: PubrecPacket): void {
    const { packetId, reasonCode } = packet;
    if (this.#flights.releasing.has(packetId)) {
      this.#gate.reply(PacketType.Pubrel, packetId, PubrelReasonCode.Success);
      return;
    }
    const operation = this.#flights.publishing.get(packetId);
    if (operation?.packet.qos !== 2) {
      this.#rejectIfInUse(packetId, "PUBREC", "MQTT-4.3.3-3");
      if (reasonCode < firstFailure) {
        this.#gate.reply(PacketType.Pubrel, packetId, PubrelReasonCode.PacketIdentifierNotFound);
      }
    } else if (reasonCode >= firstFailure) {
      this.#finish(connection, operation, packetId);
      this.#settlement.fail(operation, new PublishRejectedError(packet));
    } else {
      this.#release(connection, operation, packetId);
    }
  }

  /** Ends a QoS 2 publish; the server has the message since PUBREC, so any reason code is a success. */
  handlePubcomp(connection: Connection, packet: PubcompPacket): void {
    const operation = this.#flights.releasing.get(packet.packetId);
    if (operation === undefined) {
      this.#rejectIfInUse(packet.packetId, "PUBCOMP", "MQTT-4.3.3-5");
      return;
    }
    this.#finish(connection, operation, packet.packetId);
    const result = { qos: 2, pubcomp: packet } as const;
    this.#settlement.complete(operation, { type: "publishCompleted", id: operation.id, result });
  }

  /** Ends a subscribe. */
  handleSuback(packet: SubackPacket): void {
    const operation = this.#flights.requests.get(packet.packetId);
    if (operation?.kind !== "subscribe") {
      this.#rejectIfInUse(packet.packetId, "SUBACK", "MQTT-3.8.4-2");
      return;
    }
    checkCount(packet.reasonCodes, operation.packet.subscriptions, "MQTT-3.8.4-6");
    this.#finishRequest(operation);
    this.#subscriptions.handleSuback(operation.packet, packet);
    if (operation.isResubscribe) {
      this.#reportRefusals(operation.packet, packet);
    }
    this.#settlement.complete(operation, {
      type: "subscribeCompleted",
      id: operation.id,
      subscribe: operation.packet,
      suback: packet,
    });
  }

  /** Ends an unsubscribe. */
  handleUnsuback(packet: UnsubackPacket): void {
    const operation = this.#flights.requests.get(packet.packetId);
    if (operation?.kind !== "unsubscribe") {
      this.#rejectIfInUse(packet.packetId, "UNSUBACK", "MQTT-3.10.4-5");
      return;
    }
    checkCount(packet.reasonCodes, operation.packet.topicFilters, "MQTT-3.11.3-1");
    this.#finishRequest(operation);
    this.#settlement.complete(operation, {
      type: "unsubscribeCompleted",
      id: operation.id,
      unsubscribe: operation.packet,
      unsuback: packet,
    });
  }

  #reportRefusals(subscribe: SubscribePacket, suback: SubackPacket): void {
    for (const [index, subscription] of subscribe.subscriptions.entries()) {
      const reasonCode = suback.reasonCodes[index] ?? SubackReasonCode.UnspecifiedError;
      if (reasonCode >= firstFailure) {
        this.#subscriptions.forget([subscription.topicFilter]);
        this.#events.push({ type: "resubscribeFailed", subscription, reasonCode, suback });
      }
    }
  }

  #release(connection: Connection, operation: PublishOperation, packetId: number): void {
    if (operation.holdsQuotaOn !== connection.attempt) {
      // It waits to be sent again, and the answer made that needless; the PUBREL takes the place in the quota.
      operation.list?.remove(operation);
      connection.quota.take();
      operation.holdsQuotaOn = connection.attempt;
    }
    this.#flights.release(packetId, operation);
    this.#journal.record({ type: "released", sequence: operation.id });
    this.#gate.reply(PacketType.Pubrel, packetId, PubrelReasonCode.Success);
  }

  #finish(connection: Connection, operation: PublishOperation, packetId: number): void {
    operation.list?.remove(operation);
    this.#flights.finish(packetId);
    this.#journal.record({ type: "finished", sequence: operation.id });
    if (operation.holdsQuotaOn === connection.attempt) {
      connection.quota.giveBack();
    }
  }

  #finishRequest(operation: SubscribeOperation | UnsubscribeOperation): void {
    operation.list?.remove(operation);
    this.#flights.finish(operation.packet.packetId);
  }

  /** An answer of the wrong kind for its id is an error; one for an id that is not in use is none of ours. */
  #rejectIfInUse(packetId: number, kind: string, statement: string): void {
    if (this.#flights.isInUse(packetId)) {
      throw new ProtocolViolationError(`${kind} for packet id ${String(packetId)}, which waits for another`, statement);
    }
  }
}

function checkCount(codes: readonly unknown[], filters: readonly unknown[], statement: string): void {
  if (codes.length !== filters.length) {
    throw new ProtocolViolationError(
      `${String(codes.length)} reason codes for ${String(filters.length)} topic filters`,
      statement,
    );
  }
}
