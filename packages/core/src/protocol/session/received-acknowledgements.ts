/**
 * The answers of the server to our operations: PUBACK, PUBREC, PUBCOMP, SUBACK and UNSUBACK. An answer counts only for
 * the operation that holds its packet identifier, and only if the operation awaits this type of packet.
 */

import * as PacketType from "../../codec/packet-type.js";
import type { PubackPacket } from "../../codec/packets/puback.js";
import type { PubcompPacket } from "../../codec/packets/pubcomp.js";
import type { PubrecPacket } from "../../codec/packets/pubrec.js";
import type { SubackPacket } from "../../codec/packets/suback.js";
import type { UnsubackPacket } from "../../codec/packets/unsuback.js";
import { deferredList } from "../../codec/wire/deferred-list.js";
import { isFailure, PubrelReasonCode, SubackReasonCode } from "../../codec/reason-codes.js";
import { ProtocolViolationError } from "../../errors.js";
import type { Connection } from "../connection/connection.js";
import type { EventQueue } from "../engine-event.js";
import { PublishRejectedError } from "../errors/operation-errors.js";
import type { Operation, OutboundSubscribePacket, PublishOperation, RequestOperation } from "./operation.js";
import type { Operations } from "./operations.js";
import type { RedeliveryLimit } from "./redelivery-limit.js";
import type { SendQueue } from "./send-queue.js";
import type { Resubscription } from "./subscriptions/resubscription.js";

type PublishAnswer = PubackPacket | PubrecPacket | PubcompPacket;
type RequestAnswer = SubackPacket | UnsubackPacket;

/** The statements that an answer breaks if its packet identifier awaits another type. */
const kindStatements = {
  puback: "MQTT-4.3.2-3",
  pubrec: "MQTT-4.3.3-3",
  pubcomp: "MQTT-4.3.3-5",
  suback: "MQTT-3.8.4-2",
  unsuback: "MQTT-3.10.4-5",
} as const;

/** The parts that {@link ReceivedAcknowledgements} works with. */
interface AcknowledgementParts {
  readonly operations: Operations;
  readonly redeliveryLimit: RedeliveryLimit;
  readonly resubscription: Resubscription;
  readonly queue: SendQueue;
  readonly events: EventQueue;
}

export class ReceivedAcknowledgements {
  readonly #parts: AcknowledgementParts;

  constructor(parts: AcknowledgementParts) {
    this.#parts = parts;
  }

  /** Handles an answer; throws the error of a server that broke a rule. */
  handle(now: number, connection: Connection, packet: PublishAnswer | RequestAnswer): void {
    const operation = this.#parts.operations.get(packet.packetId);
    if (operation?.awaits !== packet.type) {
      this.#handleUnexpected(connection, operation, packet);
    } else if (operation.kind === "publish" && operation.exchange && "reasonCode" in packet) {
      this.#handlePublishAnswer(now, connection, operation, packet);
    } else if (operation.kind === "request" && "reasonCodes" in packet) {
      this.#handleRequestAnswer(now, connection, operation, packet);
    }
  }

  /** Handles an answer that nothing awaits. A wrong type for a packet identifier in use is an error. */
  #handleUnexpected(
    connection: Connection,
    operation: Operation | undefined,
    packet: PublishAnswer | RequestAnswer,
  ): void {
    const { packetId, type } = packet;
    const asksForPubrel = type === "pubrec" && !isFailure(packet.reasonCode); // MQTT-4.3.3-4
    if (asksForPubrel && operation?.awaits === "pubcomp") {
      // This PUBREC repeats one that was answered before.
      connection.reply(PacketType.Pubrel, packetId, PubrelReasonCode.Success);
    } else if (operation) {
      const message = `${type} for packet id ${packetId} before ${operation.awaits}`;
      throw new ProtocolViolationError(message, kindStatements[type]);
    } else if (asksForPubrel) {
      connection.reply(PacketType.Pubrel, packetId, PubrelReasonCode.PacketIdentifierNotFound);
    }
  }

  #handlePublishAnswer(now: number, connection: Connection, operation: PublishOperation, packet: PublishAnswer): void {
    const { id } = operation;
    this.#parts.redeliveryLimit.handleAnswered();
    if (packet.type === "pubcomp") {
      // The server has had the message since PUBREC, so any reason code is a success.
      this.#parts.operations.settle(operation, { type: "publishCompleted", id, result: { qos: 2, pubcomp: packet } });
    } else if (isFailure(packet.reasonCode)) {
      this.#parts.operations.fail(operation, new PublishRejectedError(packet));
    } else if (packet.type === "puback") {
      this.#parts.operations.settle(operation, { type: "publishCompleted", id, result: { qos: 1, puback: packet } });
    } else {
      this.#release(now, connection, operation);
      return;
    }
    operation.exchange?.acknowledge();
    this.#parts.operations.finish(operation);
  }

  /** Moves a QoS 2 publish to its second half, from PUBREL on (MQTT-4.3.3-4). */
  #release(now: number, connection: Connection, operation: PublishOperation): void {
    const { exchange } = operation;
    if (!exchange) {
      return;
    }
    if (exchange.state !== "published") {
      // The publish waits to be sent again. It need not be: its PUBREL takes the unit of the send quota instead, and
      // `ackTimeoutMs` counts from that PUBREL.
      operation.list?.remove(operation);
      connection.quota.take(exchange);
      this.#parts.operations.handleWritten(now, operation);
    }
    this.#parts.operations.release(operation);
    connection.reply(PacketType.Pubrel, exchange.packetId, PubrelReasonCode.Success);
  }

  #handleRequestAnswer(now: number, connection: Connection, operation: RequestOperation, answer: RequestAnswer): void {
    const { id, packet: request } = operation;
    if (request.type === "subscribe" && answer.type === "suback") {
      checkCount(answer, request.subscriptions, "MQTT-3.8.4-6");
      this.#remember(connection, operation, request, answer);
      this.#endRefused(now, request);
      this.#parts.operations.settle(operation, { type: "subscribeCompleted", id, subscribe: request, suback: answer });
    } else if (request.type === "unsubscribe" && answer.type === "unsuback") {
      checkCount(answer, request.topicFilters, "MQTT-3.11.3-1");
      // The call forgot the filters, but a SUBACK that came later may have added them again.
      this.#parts.resubscription.forget(request.topicFilters, id);
      this.#parts.operations.settle(operation, {
        type: "unsubscribeCompleted",
        id,
        unsubscribe: request,
        unsuback: answer,
      });
    }
    this.#parts.operations.finish(operation);
  }

  /** Ends the subscriptions that the server refused, and still has from an earlier connection. */
  #endRefused(now: number, { subscriptions }: OutboundSubscribePacket): void {
    const filters = subscriptions.map(({ topicFilter }) => topicFilter);
    const unsubscribe = this.#parts.resubscription.makeUnsubscribe(now, filters);
    if (unsubscribe) {
      this.#parts.queue.add(unsubscribe);
    }
  }

  /** Remembers the granted subscriptions. A refusal does not change an older one, unless it was to be renewed. */
  #remember(
    { settings }: Connection,
    { id, lane, wasInterrupted }: RequestOperation,
    packet: OutboundSubscribePacket,
    suback: SubackPacket,
  ): void {
    for (const [index, subscription] of packet.subscriptions.entries()) {
      const reasonCode = suback.reasonCodes[index] ?? SubackReasonCode.UnspecifiedError;
      if (!isFailure(reasonCode)) {
        this.#parts.resubscription.remember({ id, packet, subscription });
      } else if (lane === "resubscribes") {
        this.#parts.resubscription.handleRefused(subscription.topicFilter, settings.rejoinedSession);
        this.#parts.events.push({ type: "resubscribeFailed", subscription, reasonCode, suback });
      } else if (wasInterrupted && !this.#parts.resubscription.has(subscription.topicFilter)) {
        // The server may have granted it before, on the connection that ended without an answer.
        this.#parts.resubscription.handleRefused(subscription.topicFilter, settings.rejoinedSession);
      }
    }
  }
}

/** Checks the number of reason codes, before a list of them is built. */
function checkCount(answer: RequestAnswer, filters: readonly unknown[], statement: string): void {
  const { length } = deferredList(answer, "reasonCodes") ?? answer.reasonCodes;
  if (length !== filters.length) {
    const message = `${length} reason codes for ${filters.length} filters`;
    throw new ProtocolViolationError(message, statement);
  }
}
