/**
 * Sends the operations of the queue, one at a time, as far as the connection allows: room in the output, the send
 * quota, free packet identifiers, the throttle, and the limits that the server named.
 */

import { encodePublish } from "../../codec/packets/publish.js";
import { encodeSubscribe, type SubscribePacket } from "../../codec/packets/subscribe.js";
import { encodeUnsubscribe } from "../../codec/packets/unsubscribe.js";
import type { Connection } from "../connection/connection.js";
import { serverLimitProblem } from "../connection/server-limits.js";
import type { Journal } from "./journal.js";
import type { OutboundSubscribePacket, PublishOperation, RequestOperation } from "./operation.js";
import type { Operations } from "./operations.js";
import type { RedeliveryLimit } from "./redelivery-limit.js";
import type { SendQueue } from "./send-queue.js";

/** The parts that a {@link Sender} works with. */
interface SenderParts {
  readonly operations: Operations;
  readonly queue: SendQueue;
  readonly journal: Journal | undefined;
  readonly redeliveryLimit: RedeliveryLimit;
}

const qos0Result = { qos: 0 } as const;

export class Sender {
  readonly #parts: SenderParts;
  #connection: Connection | undefined;

  /** The publish after which the server may have ended connections, while it is in flight alone. */
  #suspect: PublishOperation | undefined;

  /** The QoS 0 publishes that the transport has not accepted yet. */
  #unaccepted: PublishOperation[] = [];

  /** The time at which the throttle lets the next operation pass; Infinity when it delays none. */
  #delayedUntil = Infinity;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** The QoS 0 publishes that the transport has not taken yet. */
  get unaccepted(): readonly PublishOperation[] {
    return this.#unaccepted;
  }

  /** The time at which the throttle lets the next operation pass; Infinity when it delays none. */
  get throttleDeadline(): number {
    // Without room nothing can be written at that time. A wake-up would have no effect, and repeat at once.
    return this.#connection?.output.hasRoom === true ? this.#delayedUntil : Infinity;
  }

  handleConnected(connection: Connection): void {
    this.#connection = connection;
  }

  /** Takes in that the connection is gone. Gives the QoS 0 publishes that were lost with it. */
  handleDisconnected(): readonly PublishOperation[] {
    this.#connection = undefined;
    this.#suspect = undefined;
    this.#parts.journal?.dropHeld();
    return this.#takeUnaccepted();
  }

  /** Takes in that the transport accepted the written bytes, and has room for more. */
  handleAccepted(): void {
    if (this.#unaccepted.length > 0) {
      for (const operation of this.#takeUnaccepted()) {
        const { id } = operation;
        this.#parts.operations.settle(operation, { type: "publishCompleted", id, result: qos0Result });
      }
    }
  }

  /** Sends all operations that may be sent now. */
  sendAll(now: number): void {
    let hasSent = true;
    while (hasSent) {
      hasSent = this.sendNext(now);
    }
  }

  /** Sends the next operation. False when none may be sent now. */
  sendNext(now: number): boolean {
    const connection = this.#connection;
    this.#delayedUntil = Infinity;
    if (connection?.output.hasRoom !== true) {
      return false;
    }
    const { operations, queue } = this.#parts;
    // An empty send quota delays only QoS 1 and 2 publishes (MQTT-3.3.4-8).
    const operation = queue.next(connection.quota.hasRoom && !this.#isHeldUp, operations.hasFreeId);
    if (!operation) {
      return false;
    }
    const readyAt = connection.readyAt(now, operation.kind === "publish");
    if (readyAt > now) {
      this.#delayedUntil = readyAt;
      return false;
    }
    operation.list?.remove(operation);
    const problem = serverLimitProblem(operation, connection.settings);
    if (problem) {
      operations.abandon(operation, problem);
    } else if (operation.kind === "publish") {
      this.#sendPublish(now, operation, connection);
    } else {
      this.#sendRequest(now, operation, connection);
    }
    return true;
  }

  /** True while a suspect waits for its answer. No other publish is sent then. */
  get #isHeldUp(): boolean {
    const exchange = this.#suspect?.exchange;
    return exchange !== undefined && !exchange.isReleased;
  }

  #sendPublish(now: number, operation: PublishOperation, connection: Connection): void {
    const { operations, journal, redeliveryLimit } = this.#parts;
    if (operations.abandonIfExpired(now, operation)) {
      return;
    }
    operation.countDownExpiry(now);
    if (operation.lane === "qos0") {
      operation.wasSent = true;
      this.#unaccepted.push(operation);
      this.#writePublish(now, operation, connection);
      return;
    }
    const exchange = operation.exchange ?? operations.beginExchange(operation);
    connection.quota.take(exchange);
    if (redeliveryLimit.goesAlone(operation)) {
      this.#suspect = operation;
    }
    if (journal?.isKept() === false) {
      journal.hold((later) => {
        const isOver = connection.output.isEnded || operation.exchange !== exchange || exchange.isReleased;
        if (!isOver) {
          this.#writePublish(later, operation, connection);
        }
      });
    } else {
      this.#writePublish(now, operation, connection);
    }
  }

  #writePublish(now: number, operation: PublishOperation, connection: Connection): void {
    const { exchange, message, requestedAlias, size } = operation;
    const isDup = exchange?.publish() === true;
    if (exchange) {
      this.#parts.operations.handleWritten(now, operation);
      this.#parts.redeliveryLimit.handleWritten(now);
    }
    const room = connection.settings.maximumPacketSizeToServer - size;
    const written = connection.outboundAliases.apply(message, requestedAlias, room);
    encodePublish(connection.output.writer, written, exchange?.packetId ?? 0, isDup);
    connection.throttle.handlePublish();
  }

  #sendRequest(now: number, operation: RequestOperation, connection: Connection): void {
    const { operations } = this.#parts;
    const packetId = operations.giveId(operation);
    operations.handleWritten(now, operation);
    const { packet } = operation;
    if (packet.type === "subscribe") {
      const { subscriptionIdentifiersAvailable } = connection.settings;
      encodeSubscribe(connection.output.writer, toWritten(packet, packetId, subscriptionIdentifiersAvailable));
    } else {
      encodeUnsubscribe(connection.output.writer, { ...packet, packetId });
    }
  }

  #takeUnaccepted(): readonly PublishOperation[] {
    const unaccepted = this.#unaccepted;
    this.#unaccepted = [];
    return unaccepted;
  }
}

/** Makes the SUBSCRIBE to write. Leaves out the client's own subscription identifier if the server accepts none. */
function toWritten(packet: OutboundSubscribePacket, packetId: number, takesIdentifier: boolean): SubscribePacket {
  if (packet.isIdentifierOptional !== true || takesIdentifier) {
    return { ...packet, packetId };
  }
  const { type, subscriptions } = packet;
  return { type, packetId, subscriptions };
}
