/** Enhanced authentication (section 4.12) where it meets the life of the client: its handshake, its end, its deadlines. */

import type { AuthPacket } from "../codec/packets/auth.js";
import type { ConnackPacket } from "../codec/packets/connack.js";
import type { ConnectPacket } from "../codec/packets/connect.js";
import { InvalidArgumentError, ProtocolViolationError } from "../errors.js";
import type { AuthenticationAnswer } from "./authentication-step.js";
import { implementationSpecificError } from "./codes.js";
import { AuthenticationError, DisconnectedError } from "./connection-errors.js";
import type { ConnectionAttempt } from "./connection.js";
import type { EventQueue } from "./engine-event.js";
import { connackProblem } from "./handshake.js";
import type { Lifecycle } from "./lifecycle.js";
import type { OperationId } from "./operation.js";
import { checkProblemInformation } from "./problem-information.js";

/** How many bytes may come behind CONNACK before it is verified: 16 MiB. */
const mostHeldBytes = 16_777_216;

export class Authentication {
  readonly #lifecycle: Lifecycle;
  readonly #events: EventQueue;
  readonly #ackTimeoutMs: number;

  constructor(lifecycle: Lifecycle, events: EventQueue, ackTimeoutMs: number) {
    this.#lifecycle = lifecycle;
    this.#events = events;
    this.#ackTimeoutMs = ackTimeoutMs;
  }

  /** Authenticates again (MQTT-4.12.1-1), unless there is no connection, or one without a method (MQTT-4.12.0-7). */
  begin(now: number, id: OperationId, timeoutMs: number): void {
    const exchange = this.#lifecycle.attempt?.authentication;
    if (this.#lifecycle.state === "connected" && exchange !== undefined) {
      exchange.begin(now, { id, timeoutMs, ackTimeoutMs: this.#ackTimeoutMs });
      return;
    }
    const error =
      this.#lifecycle.state === "connected"
        ? new InvalidArgumentError({ field: "authentication", limit: "given" })
        : new DisconnectedError({ source: "client", code: "OFFLINE", message: "no connection" });
    this.#events.push({ type: "operationFailed", id, error });
  }

  /** An AUTH came; throws where it is out of place. */
  handleAuth(now: number, attempt: ConnectionAttempt, packet: AuthPacket): void {
    if (attempt.authentication === undefined) {
      throw new ProtocolViolationError("AUTH without a method in CONNECT", "MQTT-4.12.0-6");
    }
    if (attempt.connect?.requestProblemInformation === false) {
      checkProblemInformation(packet);
    }
    attempt.authentication.handleAuth(now, packet);
    attempt.awaitServer(now);
  }

  /** A CONNACK came, the first on this connection; one that ends an exchange is shown to the application first. */
  handleConnack(now: number, attempt: ConnectionAttempt, connect: ConnectPacket, connack: ConnackPacket): void {
    if (attempt.authentication === undefined || connackProblem(connect, connack) !== undefined) {
      this.#lifecycle.handleConnack(now, attempt, connect, connack);
    } else {
      attempt.authentication.handleConnack(now, connack);
      attempt.awaitServer(now);
    }
  }

  /** The application answered. */
  handleAnswer(now: number, attempt: ConnectionAttempt, stepNumber: number, answer: AuthenticationAnswer): void {
    const limit = this.#lifecycle.connection?.settings.maximumPacketSizeToServer;
    const outcome = attempt.authentication?.handleAnswer(stepNumber, answer, limit);
    if (outcome instanceof AuthenticationError) {
      this.#fail(now, outcome);
    } else if (outcome !== undefined && attempt.connect !== undefined) {
      this.#lifecycle.handleConnack(now, attempt, attempt.connect, outcome);
    }
  }

  /** Until CONNACK is verified what comes may have to wait, so that it must be a copy. */
  keepUntilVerified(now: number, attempt: ConnectionAttempt, chunk: Uint8Array): Uint8Array {
    if (attempt.authentication === undefined || this.#lifecycle.connection !== undefined) {
      return chunk;
    }
    attempt.bytesBeforeConnected += chunk.length;
    if (attempt.bytesBeforeConnected > mostHeldBytes) {
      const message = "too much came while authentication.verify was asked";
      this.#fail(now, new AuthenticationError({ phase: "connack", message }));
    }
    // Not slice(): on the Buffer of Node that is a view of the same memory.
    return new Uint8Array(chunk);
  }

  handleTimeout(now: number): void {
    const error = this.#lifecycle.attempt?.authentication?.handleTimeout(now);
    if (error !== undefined) {
      this.#fail(now, error);
    }
  }

  #fail(now: number, error: AuthenticationError): void {
    // What an application's function says of its failure may be a secret: the server gets the code alone.
    this.#lifecycle.disconnect(now, implementationSpecificError, error, true);
  }
}
