/**
 * What the server sends us: PUBLISH and PUBREL, and the acknowledgements that they ask for.
 *
 * A message is delivered when its PUBLISH arrives, and acknowledged when the application is done with it. At QoS 1 the
 * acknowledgement belongs to the connection: come late, it is dropped, and the server sends the message again. At QoS 2
 * it belongs to the session: the repeat is not delivered again. Acknowledgements leave in the order in which the messages
 * came, whatever the order in which the application finishes (MQTT-4.6.0-2, MQTT-4.6.0-3).
 */

import * as PacketType from "../../codec/packet-type.js";
import type { PublishPacket } from "../../codec/packets/publish.js";
import type { PubrelPacket } from "../../codec/packets/pubrel.js";
import { DisconnectReasonCode, isFailure, PubcompReasonCode } from "../../codec/reason-codes.js";
import { ProtocolViolationError } from "../../errors.js";
import type { Connection } from "../connection/connection.js";
import type { EventQueue } from "../engine-event.js";
import type { InboundDelivery } from "./inbound-delivery.js";
import type { Journal } from "./journal.js";

/** How long a message may go without an acknowledgement before there is a warning. */
const overdueMs = 30_000;

export class Inbound {
  readonly #events: EventQueue;
  readonly #journal: Journal | undefined;

  /** What waits for the application's answer at QoS 2, by delivery id. At QoS 1 the place in the order tells it. */
  readonly #awaiting = new Map<number, InboundDelivery>();

  /**
   * The QoS 2 part of the session state (section 4.1), by packet id. As long as an id stands here, a PUBLISH that carries
   * it is the same message (MQTT-4.3.3-10), on whatever connection it comes.
   */
  readonly #exactlyOnce = new Map<number, InboundDelivery>();

  /** Deliveries at QoS 1 of connections that ended, by packet id: their messages come again (MQTT-4.4.0-1). */
  readonly #unanswered = new Map<number, number>();

  #connection: Connection | undefined;
  #lastPlace = 0;

  constructor(events: EventQueue, journal: Journal | undefined) {
    this.#events = events;
    this.#journal = journal;
  }

  handleConnected(connection: Connection): void {
    this.#connection = connection;
  }

  handleDisconnected(): void {
    for (const { packetId, deliveryId, qos } of this.#connection?.unacknowledged.all() ?? []) {
      if (qos === 1) {
        this.#unanswered.set(packetId, deliveryId);
      }
    }
    this.#connection = undefined;
  }

  /** The session is lost: every open exchange with it, and every answer still to come is void (MQTT-3.2.2-5). */
  handleSessionLost(): void {
    if (this.#exactlyOnce.size > 0) {
      // A store that kept the ids would take the messages of a new session for repeats.
      this.#journal?.record({ type: "discarded" });
    }
    this.#exactlyOnce.clear();
    this.#awaiting.clear();
    this.#unanswered.clear();
  }

  /** When `handleTimeout` has work; Infinity when there is none in sight. */
  get nextDeadline(): number {
    return this.#connection?.unacknowledged.first?.deadline ?? Infinity;
  }

  /** Warns of a message that holds up every later acknowledgement (MQTT-4.5.0-2). */
  handleTimeout(now: number): void {
    const oldest = this.#connection?.unacknowledged.first;
    if (oldest && now >= oldest.deadline) {
      oldest.deadline = Infinity;
      const message = `no acknowledgement of a message within ${overdueMs} ms`;
      this.#events.push({ type: "warning", code: "ACKNOWLEDGEMENT_OVERDUE", message });
    }
  }

  /** Takes a PUBLISH; throws what the server did wrong. */
  handlePublish(now: number, connection: Connection, received: PublishPacket): void {
    // Resolved before anything is kept: what waits for its PUBREL has its topic in full.
    const packet = connection.inboundAliases.resolve(received);
    const { packetId, qos } = packet;
    if (qos === 0 || packetId === undefined) {
      this.#events.push({ type: "messageReceived", deliveryId: 0, packet });
      return;
    }
    const known = qos === 2 ? this.#exactlyOnce.get(packetId) : undefined;
    if (!known) {
      const delivery: InboundDelivery = {
        deliveryId: this.#lastPlace + 1,
        packetId,
        qos,
        place: 0,
        reasonCode: undefined,
        deadline: 0,
        quota: undefined,
        isInOrder: false,
      };
      this.#deliver(now, connection, packet, delivery);
    } else if (!isInOrder(connection, known)) {
      // The same message again: not delivered, but owed a PUBREC as soon as the first delivery has its answer.
      this.#admit(now, connection, known);
      this.#sendAnswered(connection);
    }
  }

  /** Takes a PUBREL: the exchange ends, and an unknown id is answered all the same (MQTT-4.3.3-11). */
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

  /** Takes the application's answer to a message; false when it comes too late or twice. */
  acknowledge(deliveryId: number, reasonCode: number): boolean {
    // One that is being closed takes no more answers: what is said now counts for the next, or comes too late.
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
   * Gives a message back unacknowledged, so that the server sends it again in the resumed session, and it is delivered
   * again. True when the connection has to be given up for that.
   */
  returnDelivery(deliveryId: number): boolean {
    const delivery = this.#find(deliveryId, this.#connection);
    if (delivery?.qos === 2) {
      this.#awaiting.delete(deliveryId);
      this.#exactlyOnce.delete(delivery.packetId);
    }
    return delivery !== undefined && delivery.quota === this.#connection?.serverQuota;
  }

  /** What waits for the application's answer. */
  #find(deliveryId: number, connection: Connection | undefined): InboundDelivery | undefined {
    const { unacknowledged } = connection ?? {};
    const delivery = unacknowledged?.at(deliveryId - (unacknowledged.first?.place ?? 0));
    const isAwaiting = delivery?.qos === 1 && delivery.reasonCode === undefined;
    return isAwaiting ? delivery : this.#awaiting.get(deliveryId);
  }

  #deliver(now: number, connection: Connection, packet: PublishPacket, delivery: InboundDelivery): void {
    const { deliveryId, packetId, qos } = delivery;
    // Before it is remembered: what was not delivered must not count as a repeat when it comes again.
    this.#admit(now, connection, delivery);
    if (qos === 2) {
      this.#awaiting.set(deliveryId, delivery);
      this.#exactlyOnce.set(packetId, delivery);
    }
    const repeats = packet.dup && qos === 1 ? this.#unanswered.get(packetId) : undefined;
    this.#unanswered.delete(packetId);
    this.#events.push({ type: "messageReceived", deliveryId, packet, repeats });
  }

  /** Gives an acknowledgement its place. A QoS 2 message that is repeated on one connection takes no further unit. */
  #admit(now: number, { serverQuota, unacknowledged }: Connection, delivery: InboundDelivery): void {
    if (delivery.quota !== serverQuota && !serverQuota.hasRoom) {
      throw new ProtocolViolationError(
        "publish beyond our Receive Maximum",
        "MQTT-3.3.4-9",
        DisconnectReasonCode.ReceiveMaximumExceeded,
      );
    }
    serverQuota.take(delivery);
    this.#lastPlace += 1;
    delivery.place = this.#lastPlace;
    delivery.isInOrder = true;
    delivery.deadline = now + overdueMs;
    unacknowledged.push(delivery);
  }

  #sendAnswered(connection: Connection): void {
    const { unacknowledged } = connection;
    for (let next = unacknowledged.first; next?.reasonCode !== undefined; next = unacknowledged.first) {
      const { packetId, qos, reasonCode } = next;
      unacknowledged.poll();
      next.isInOrder = false;
      if (qos === 1 || isFailure(reasonCode)) {
        this.#finish(connection, next);
      } else {
        this.#journal?.record({ type: "received", packetId, reasonCode });
      }
      connection.reply(qos === 1 ? PacketType.Puback : PacketType.Pubrec, packetId, reasonCode);
    }
  }

  /** Ends an exchange: from now on the id means a new message (MQTT-4.3.3-9, MQTT-4.3.3-12). */
  #finish(connection: Connection, delivery: InboundDelivery): void {
    connection.serverQuota.release(delivery);
    if (delivery.qos === 2) {
      this.#exactlyOnce.delete(delivery.packetId);
    }
  }
}

/** True while an acknowledgement has its place on this connection; one answers all repeats before it. */
function isInOrder({ serverQuota }: Connection, delivery: InboundDelivery): boolean {
  return delivery.isInOrder && delivery.quota === serverQuota;
}
