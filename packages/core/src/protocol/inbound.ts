/**
 * What the server sends us: PUBLISH and PUBREL, and the acknowledgements that they ask for.
 *
 * A message is delivered when its PUBLISH arrives, and acknowledged when the application is done with it. At QoS 1 the
 * acknowledgement belongs to the connection: come late, it is dropped, and the server sends the message again. At QoS 2
 * it belongs to the session: the repeat is not delivered again.
 */

import * as PacketType from "../codec/packet-type.js";
import type { PublishPacket } from "../codec/packets/publish.js";
import type { PubrelPacket } from "../codec/packets/pubrel.js";
import { ProtocolViolationError } from "../errors.js";
import { firstFailure, packetIdentifierNotFound, success } from "./codes.js";
import type { Connection } from "./connection.js";
import type { EventQueue } from "./engine-event.js";
import { Delivery } from "./inbound-deliveries.js";
import { type ExactlyOnceEntry, InboundExactlyOnce } from "./inbound-exactly-once.js";
import type { Journal } from "./journal.js";

/** After how many milliseconds without an acknowledgement a message is a matter for a warning. */
const overdueTime = 30_000;

export class Inbound {
  readonly #events: EventQueue;
  readonly #journal: Journal | undefined;
  readonly #exactlyOnce = new InboundExactlyOnce();
  /** Deliveries at QoS 1 of connections that ended, by packet id: their messages come again (MQTT-4.4.0-1). */
  readonly #unanswered = new Map<number, number>();
  #connection: Connection | undefined;
  #lastDeliveryId = 0;

  constructor(events: EventQueue, journal: Journal | undefined) {
    this.#events = events;
    this.#journal = journal;
  }

  handleConnected(connection: Connection): void {
    this.#connection = connection;
  }

  handleDisconnected(): void {
    for (const { packetId, deliveryId, exchange } of this.#connection?.deliveries.open ?? []) {
      if (exchange === undefined) {
        this.#unanswered.set(packetId, deliveryId);
      }
    }
    this.#connection = undefined;
  }

  /** The session is lost: every open exchange with it, and every answer still to come is void (MQTT-3.2.2-5). */
  handleSessionLost(): void {
    if (this.#exactlyOnce.count > 0) {
      // A store that kept the ids would take the messages of a new session for repeats.
      this.#journal?.record({ type: "discarded" });
    }
    this.#exactlyOnce.clear();
    this.#unanswered.clear();
  }

  /** When `handleTimeout` has work; Infinity when there is none in sight. */
  get nextDeadline(): number {
    return this.#connection?.deliveries.nextDeadline ?? Infinity;
  }

  /** Warns of a message that holds up every later acknowledgement (MQTT-4.5.0-2). */
  handleTimeout(now: number): void {
    const overdue = this.#connection?.deliveries.takeDue(now);
    if (overdue !== undefined) {
      const message = `no acknowledgement of a message within ${String(overdueTime)} ms: it holds up those after it`;
      this.#events.push({ type: "warning", code: "ACKNOWLEDGEMENT_OVERDUE", message });
    }
  }

  /** Takes a PUBLISH; throws what the server did wrong. */
  handlePublish(now: number, connection: Connection, received: PublishPacket): void {
    // Resolved before anything is kept: what waits for its PUBREL has its topic in full.
    const packet = connection.inboundAliases.resolve(received);
    if (packet.qos === 0 || packet.packetId === undefined) {
      this.#events.push({ type: "messageReceived", deliveryId: 0, packet });
    } else if (packet.qos === 1) {
      demandRoom(connection);
      this.#deliver(now, connection, packet);
    } else {
      this.#receiveExactlyOnce(now, connection, packet, packet.packetId);
    }
  }

  /** Takes a PUBREL: the exchange ends, and an unknown id is answered all the same (MQTT-4.3.3-11). */
  handlePubrel(connection: Connection, packet: PubrelPacket): void {
    const { packetId } = packet;
    const entry = this.#exactlyOnce.get(packetId);
    if (entry === undefined) {
      connection.reply(PacketType.Pubcomp, packetId, packetIdentifierNotFound);
      return;
    }
    if (entry.reasonCode === undefined || entry.queuedOn === connection.attempt) {
      throw new ProtocolViolationError(`pubrel for packet id ${String(packetId)} before pubrec`, "MQTT-4.3.3-4");
    }
    this.#exactlyOnce.close(packetId);
    connection.deliveries.handleCompleted(packetId);
    this.#journal?.record({ type: "completed", packetId });
    connection.reply(PacketType.Pubcomp, packetId, success);
  }

  /** Takes the application's answer to a message; false when it comes too late or twice. */
  acknowledge(deliveryId: number, reasonCode: number): boolean {
    // One that is being closed takes no more answers: what is said now counts for the next, or comes too late.
    const connection = this.#connection?.output.isEnded === true ? undefined : this.#connection;
    const exchange = this.#exactlyOnce.answer(deliveryId, reasonCode);
    const delivery = exchange === undefined ? connection?.deliveries.find(deliveryId) : undefined;
    delivery?.answer(reasonCode);
    if (connection !== undefined) {
      this.#sendAnswered(connection);
    }
    return delivery !== undefined || exchange !== undefined;
  }

  /**
   * Gives a message back unacknowledged, so that the server sends it again in the resumed session, and it is delivered
   * again. True when the connection has to be given up for that.
   */
  abandon(deliveryId: number): boolean {
    const exchange = this.#exactlyOnce.abandon(deliveryId);
    const { deliveries } = this.#connection ?? {};
    return exchange === undefined
      ? deliveries?.find(deliveryId) !== undefined
      : deliveries?.holds(exchange.packetId) === true;
  }

  #receiveExactlyOnce(now: number, connection: Connection, packet: PublishPacket, packetId: number): void {
    const known = this.#exactlyOnce.get(packetId);
    if (known === undefined) {
      // Before it is remembered: what was not delivered must not count as a repeat when it comes again.
      demandRoom(connection);
      this.#deliver(now, connection, packet, this.#exactlyOnce.open(packetId, this.#lastDeliveryId + 1));
    } else if (known.queuedOn !== connection.attempt) {
      // The same message again: not delivered, but owed a PUBREC as soon as the first delivery has its answer.
      if (!connection.deliveries.holds(packetId)) {
        demandRoom(connection);
      }
      this.#admit(now, connection, packetId, known);
      this.#sendAnswered(connection);
    }
  }

  #deliver(now: number, connection: Connection, packet: PublishPacket, exchange?: ExactlyOnceEntry): void {
    const { packetId = 0, dup } = packet;
    const deliveryId = this.#admit(now, connection, packetId, exchange);
    const repeats = dup && exchange === undefined ? this.#unanswered.get(packetId) : undefined;
    this.#unanswered.delete(packetId);
    this.#events.push({ type: "messageReceived", deliveryId, packet, repeats });
  }

  #admit(now: number, connection: Connection, packetId: number, exchange: ExactlyOnceEntry | undefined): number {
    this.#lastDeliveryId += 1;
    if (exchange !== undefined) {
      exchange.queuedOn = connection.attempt;
    }
    connection.deliveries.add(new Delivery(this.#lastDeliveryId, packetId, now + overdueTime, exchange));
    return this.#lastDeliveryId;
  }

  #sendAnswered(connection: Connection): void {
    const { deliveries } = connection;
    for (let next = deliveries.takeAnswered(); next !== undefined; next = deliveries.takeAnswered()) {
      const { packetId, exchange, reasonCode = success } = next;
      if (exchange === undefined) {
        deliveries.handleAcknowledged();
        connection.reply(PacketType.Puback, packetId, reasonCode);
      } else {
        exchange.queuedOn = 0;
        this.#sendPubrec(connection, packetId, reasonCode);
      }
    }
  }

  #sendPubrec(connection: Connection, packetId: number, reasonCode: number): void {
    if (reasonCode >= firstFailure) {
      this.#exactlyOnce.close(packetId);
      connection.deliveries.handleCompleted(packetId);
    } else {
      this.#journal?.record({ type: "received", packetId, reasonCode });
    }
    connection.reply(PacketType.Pubrec, packetId, reasonCode);
  }
}

function demandRoom(connection: Connection): void {
  if (!connection.deliveries.hasRoom) {
    throw new ProtocolViolationError("publish beyond our Receive Maximum", "MQTT-3.3.4-9", 0x93);
  }
}
