/**
 * The messages of the server: PUBLISH and PUBREL, and our acknowledgements.
 *
 * A message is delivered when its PUBLISH arrives, and acknowledged when the application is done with it. At QoS 1 the
 * acknowledgement belongs to the connection. If it comes late, it is dropped, and the server sends the message again.
 * At QoS 2 it belongs to the session: the repeat is not delivered again. Acknowledgements leave in the order of the
 * messages, even if the application finishes them in another order (MQTT-4.6.0-2, MQTT-4.6.0-3).
 */

import * as PacketType from "../../codec/packet-type.js";
import type { PublishPacket, ReceivedPublish } from "../../codec/packets/publish.js";
import type { PubrelPacket } from "../../codec/packets/pubrel.js";
import { DisconnectReasonCode, isFailure, PubcompReasonCode } from "../../codec/reason-codes.js";
import { ProtocolViolationError } from "../../errors.js";
import type { Connection } from "../connection/connection.js";
import type { EventQueue } from "../engine-event.js";
import type { InboundDelivery } from "./inbound-delivery.js";
import type { Journal } from "./journal.js";

/** The time without an acknowledgement after which there is a warning. */
const overdueMs = 30_000;

/**
 * The memory of the messages that may wait for our acknowledgement beyond our Receive Maximum, in bytes. Some servers
 * send more than they may when they resume a session. The client takes that, up to a bound that protects its memory.
 */
const mostExcessBytes = 64 * 1_024 * 1_024;

/** The memory that a message takes beside its packet while it waits, in bytes. */
const deliveryBytes = 1_024;

export class Inbound {
  readonly #events: EventQueue;
  readonly #journal: Journal | undefined;

  /** The QoS 2 messages that wait for an answer, by delivery id. A QoS 1 message is found by its place in the order. */
  readonly #awaiting = new Map<number, InboundDelivery>();

  /**
   * The QoS 2 part of the session state (section 4.1), by packet identifier. While an identifier is in this map, a
   * PUBLISH with it is the same message (MQTT-4.3.3-10), on any connection.
   */
  readonly #exactlyOnce = new Map<number, InboundDelivery>();

  /** The QoS 1 deliveries of ended connections, by packet identifier. Their messages come again (MQTT-4.4.0-1). */
  readonly #unanswered = new Map<number, number>();

  #connection: Connection | undefined;
  #lastPlace = 0;

  /** The memory of the messages of this connection that wait for our acknowledgement, in bytes. */
  #waitingBytes = 0;

  /** True once this connection had a warning of more messages than our Receive Maximum allows. */
  #hasWarned = false;

  constructor(events: EventQueue, journal: Journal | undefined) {
    this.#events = events;
    this.#journal = journal;
  }

  handleConnected(connection: Connection): void {
    this.#connection = connection;
    this.#waitingBytes = 0;
    this.#hasWarned = false;
  }

  handleDisconnected(): void {
    for (const { packetId, deliveryId, qos } of this.#connection?.unacknowledged.all() ?? []) {
      if (qos === 1) {
        this.#unanswered.set(packetId, deliveryId);
      }
    }
    this.#connection = undefined;
  }

  /** Takes in the loss of the session. All open exchanges end, and later answers to them are void (MQTT-3.2.2-5). */
  handleSessionLost(): void {
    if (this.#exactlyOnce.size > 0) {
      // With the old identifiers in the store, messages of a new session would count as repeats.
      this.#journal?.record({ type: "discarded" });
    }
    this.#exactlyOnce.clear();
    this.#awaiting.clear();
    this.#unanswered.clear();
  }

  /** The time at which `handleTimeout` has work; Infinity for none. */
  get nextDeadline(): number {
    return this.#connection?.unacknowledged.first?.deadline ?? Infinity;
  }

  /** Warns of a message that delays all later acknowledgements (MQTT-4.5.0-2). */
  handleTimeout(now: number): void {
    const oldest = this.#connection?.unacknowledged.first;
    if (oldest && now >= oldest.deadline) {
      oldest.deadline = Infinity;
      const message = `no acknowledgement of a message within ${overdueMs} ms`;
      this.#events.push({ type: "warning", code: "ACKNOWLEDGEMENT_OVERDUE", message });
    }
  }

  /** Handles a PUBLISH of this size; throws the error of a server that broke a rule. */
  handlePublish(now: number, connection: Connection, packet: ReceivedPublish, size: number): void {
    // Resolve the alias first, so that only full topics are kept.
    connection.inboundAliases.resolve(packet);
    const { packetId, qos } = packet;
    if (qos === 0 || packetId === undefined) {
      this.#events.push({ type: "messageReceived", deliveryId: 0, packet, memory: size + deliveryBytes });
      return;
    }
    const known = qos === 2 ? this.#exactlyOnce.get(packetId) : undefined;
    if (!known) {
      const delivery: InboundDelivery = {
        deliveryId: this.#lastPlace + 1,
        packetId,
        qos,
        memory: size + deliveryBytes,
        place: 0,
        reasonCode: undefined,
        deadline: 0,
        quota: undefined,
        isInOrder: false,
      };
      this.#deliver(now, connection, packet, delivery);
    } else if (!isInOrder(connection, known)) {
      // A repeat is not delivered. It gets its PUBREC as soon as the first delivery has its answer.
      this.#admit(now, connection, known);
      this.#sendAnswered(connection);
    }
  }

  /** Handles a PUBREL. Ends the exchange, and also answers an unknown packet identifier (MQTT-4.3.3-11). */
  handlePubrel(connection: Connection, packet: PubrelPacket): void {
    const { packetId } = packet;
    const delivery = this.#exactlyOnce.get(packetId);
    if (!delivery) {
      connection.reply(PacketType.Pubcomp, packetId, PubcompReasonCode.PacketIdentifierNotFound);
      return;
    }
    if (delivery.reasonCode === undefined || isInOrder(connection, delivery)) {
      throw new ProtocolViolationError(`pubrel for packet id ${packetId} before pubrec`, "MQTT-4.3.3-4");
    }
    this.#finish(connection, delivery);
    this.#journal?.record({ type: "completed", packetId });
    connection.reply(PacketType.Pubcomp, packetId, PubcompReasonCode.Success);
  }

  /** Takes in the application's answer to a message. False when it comes too late or twice. */
  acknowledge(deliveryId: number, reasonCode: number): boolean {
    // A closing connection takes no more answers. At QoS 2 the answer counts for the next; at QoS 1 it is too late.
    const connection = this.#connection?.output.isEnded === true ? undefined : this.#connection;
    const delivery = this.#find(deliveryId, connection);
    if (delivery) {
      delivery.reasonCode = reasonCode;
      this.#awaiting.delete(deliveryId);
    }
    if (connection) {
      this.#sendAnswered(connection);
    }
    return delivery !== undefined;
  }

  /**
   * Returns a message unacknowledged, so that the server sends it again in the resumed session and it is delivered
   * again. True when the connection has to end for that.
   */
  returnDelivery(deliveryId: number): boolean {
    const delivery = this.#find(deliveryId, this.#connection);
    if (delivery?.qos === 2) {
      this.#awaiting.delete(deliveryId);
      this.#exactlyOnce.delete(delivery.packetId);
    }
    return delivery !== undefined && delivery.quota === this.#connection?.serverQuota;
  }

  /** Gives the delivery if it waits for the application's answer. */
  #find(deliveryId: number, connection: Connection | undefined): InboundDelivery | undefined {
    const { unacknowledged } = connection ?? {};
    const delivery = unacknowledged?.at(deliveryId - (unacknowledged.first?.place ?? 0));
    const isAwaiting = delivery?.qos === 1 && delivery.reasonCode === undefined;
    return isAwaiting ? delivery : this.#awaiting.get(deliveryId);
  }

  #deliver(now: number, connection: Connection, packet: PublishPacket, delivery: InboundDelivery): void {
    const { deliveryId, memory, packetId, qos } = delivery;
    // Admit the message before it is remembered: one that was not delivered must not count as a repeat later.
    this.#admit(now, connection, delivery);
    if (qos === 2) {
      this.#awaiting.set(deliveryId, delivery);
      this.#exactlyOnce.set(packetId, delivery);
    }
    const repeats = packet.dup && qos === 1 ? this.#unanswered.get(packetId) : undefined;
    this.#unanswered.delete(packetId);
    this.#events.push({ type: "messageReceived", deliveryId, packet, memory, repeats });
  }

  /** Gives an acknowledgement its place in the order. A QoS 2 repeat on the same connection takes no further unit. */
  #admit(now: number, { serverQuota, unacknowledged }: Connection, delivery: InboundDelivery): void {
    const waitingBytes = this.#waitingBytes + delivery.memory;
    if (delivery.quota !== serverQuota && !serverQuota.hasRoom) {
      this.#handleExcess(serverQuota.limit, waitingBytes);
    }
    this.#waitingBytes = waitingBytes;
    serverQuota.take(delivery);
    this.#lastPlace += 1;
    delivery.place = this.#lastPlace;
    delivery.isInOrder = true;
    delivery.deadline = now + overdueMs;
    unacknowledged.push(delivery);
  }

  /**
   * Handles a message beyond our Receive Maximum. The first on a connection causes a warning. Throws when too much waits
   * for our acknowledgement.
   */
  #handleExcess(receiveMaximum: number, waitingBytes: number): void {
    if (waitingBytes > mostExcessBytes) {
      throw new ProtocolViolationError(
        `publish beyond our Receive Maximum of ${receiveMaximum}, and more than ${mostExcessBytes} bytes wait`,
        "MQTT-3.3.4-9",
        DisconnectReasonCode.ReceiveMaximumExceeded,
      );
    }
    if (!this.#hasWarned) {
      this.#hasWarned = true;
      const message =
        `the server sent more messages than connectOptions.receiveMaximum (${receiveMaximum}) allows. ` +
        "They are delivered. A larger value avoids this warning";
      this.#events.push({ type: "warning", code: "RECEIVE_MAXIMUM_EXCEEDED", message });
    }
  }

  #sendAnswered(connection: Connection): void {
    const { unacknowledged } = connection;
    for (let next = unacknowledged.first; next?.reasonCode !== undefined; next = unacknowledged.first) {
      const { packetId, qos, reasonCode } = next;
      unacknowledged.poll();
      this.#waitingBytes -= next.memory;
      next.isInOrder = false;
      if (qos === 1 || isFailure(reasonCode)) {
        this.#finish(connection, next);
      } else {
        this.#journal?.record({ type: "received", packetId, reasonCode });
      }
      connection.reply(qos === 1 ? PacketType.Puback : PacketType.Pubrec, packetId, reasonCode);
    }
  }

  /** Ends an exchange. From now on its packet identifier means a new message (MQTT-4.3.3-9, MQTT-4.3.3-12). */
  #finish(connection: Connection, delivery: InboundDelivery): void {
    connection.serverQuota.release(delivery);
    if (delivery.qos === 2) {
      this.#exactlyOnce.delete(delivery.packetId);
    }
  }
}

/** True while an acknowledgement has a place on this connection. One acknowledgement answers all repeats before it. */
function isInOrder({ serverQuota }: Connection, delivery: InboundDelivery): boolean {
  return delivery.isInOrder && delivery.quota === serverQuota;
}
