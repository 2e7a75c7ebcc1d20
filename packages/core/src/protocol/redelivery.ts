/**
 * Publishes that were in flight when a connection ended, and what becomes of them on the next: sent again in their
 * order where the session was resumed (MQTT-4.4.0-1, MQTT-4.6.0-1), sent as new messages or failed where it was lost.
 *
 * One that the server hangs up on would end every connection for ever. It fails after `maxRedeliveries`; so that those
 * in flight beside it do not share its fate, one that was hung up on again waits for its answer alone.
 */

import { MqttError } from "../errors.js";
import { mayBlamePublish } from "./hang-up.js";
import type { Journal } from "./journal.js";
import {
  type LossSettings,
  outcomeAtStop,
  outcomeWithoutSession,
  type SessionFate,
  stoppedError,
} from "./loss-policy.js";
import { SessionLostError } from "./operation-errors.js";
import type { OperationSettlement } from "./operation-settlement.js";
import type { PublishOperation } from "./operation.js";
import { holdsId, type OutboundFlights } from "./outbound-flights.js";
import type { OutboundQueue } from "./outbound-queue.js";

/** The parts that {@link Redelivery} works with. */
export interface RedeliveryParts {
  readonly settings: LossSettings;
  readonly flights: OutboundFlights;
  readonly settlement: OperationSettlement;
  readonly journal: Journal | undefined;
}

/** A publish that so many connections may have ended for goes alone from then on, unless the limit is less. */
const suspicious = 2;

export class Redelivery {
  readonly #parts: RedeliveryParts;

  /** In its lane of their own they wait to be sent. Those of a lost session have no packet id yet. */
  readonly #queue: OutboundQueue;

  /** A suspect that was sent on this connection; nothing joins it until it has its answer. */
  #suspect: PublishOperation | undefined;

  constructor(parts: RedeliveryParts, queue: OutboundQueue) {
    this.#parts = parts;
    this.#queue = queue;
  }

  /** True while a publish is in flight that nothing may join. */
  get isHolding(): boolean {
    const suspect = this.#suspect;
    return suspect !== undefined && suspect.awaits !== "pubcomp" && holdsId(suspect);
  }

  /** A publish goes out. */
  handleSending(operation: PublishOperation): void {
    if (operation.hangUpCount >= Math.min(suspicious, this.#parts.settings.maxRedeliveries)) {
      this.#suspect = operation;
    }
  }

  /** The server has no session: ids and PUBRELs are void (MQTT-3.2.2-5), publishes go out as new where they may. */
  handleSessionLost(): void {
    const { settings, flights, settlement, journal } = this.#parts;
    const operations = flights.publishes();
    if (operations.length > 0) {
      journal?.record({ type: "discarded" });
    }
    for (const operation of operations) {
      flights.remove(operation);
      const outcome = outcomeWithoutSession(operation, settings);
      if (operation.isGivenUp || outcome !== "kept") {
        settlement.fail(operation, new SessionLostError(outcome));
      } else {
        operation.writtenOn = 0;
        journal?.record({ type: "accepted", sequence: operation.id, publish: operation.packet });
        this.#queue.add(operation, "redeliveries");
      }
    }
  }

  /** The connection is gone: what is in flight waits for the fate of its session, or was sent often enough. */
  handleDisconnected(attempt: number | undefined, cause: MqttError): void {
    const { settings, flights, settlement } = this.#parts;
    const isBlamed = mayBlamePublish(cause);
    this.#suspect = undefined;
    for (const operation of flights.publishes()) {
      if (isBlamed && operation.writtenOn === attempt && operation.awaits !== "pubcomp") {
        operation.hangUpCount += 1;
        if (operation.hangUpCount > settings.maxRedeliveries) {
          const message = `the server hung up on it ${String(operation.hangUpCount)} times`;
          settlement.fail(operation, new MqttError("REDELIVERY_LIMIT", message, { cause, outcome: "unknown" }));
          flights.finish(operation);
        }
      }
    }
  }

  /** The client stopped: the promises end, the messages stay with the session unless that is discarded. */
  handleStopped(fate: SessionFate, cause?: MqttError): void {
    const { settings, flights, settlement, journal } = this.#parts;
    for (const operation of [...this.#queue.all(["redeliveries"]), ...flights.publishes()]) {
      if (operation.kind === "publish") {
        settlement.fail(operation, stoppedError(outcomeAtStop(operation, fate, settings), cause));
      }
      if (fate === "discarded") {
        operation.list?.remove(operation);
        flights.remove(operation);
      }
    }
    if (fate === "discarded") {
      journal?.record({ type: "discarded" });
    }
  }
}
