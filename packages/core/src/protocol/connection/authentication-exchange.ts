/**
 * Enhanced authentication on one connection (section 4.12). The first exchange begins with CONNECT and ends with
 * CONNACK. Each later exchange begins with our AUTH 0x19 and ends with the server's AUTH 0x00. Only the client begins
 * an exchange. The client answers each packet of the server before the server may send another.
 */

import { type AuthPacket, encodeAuth } from "../../codec/packets/auth.js";
import type { ConnackPacket } from "../../codec/packets/connack.js";
import { AuthReasonCode } from "../../codec/reason-codes.js";
import { InvalidArgumentError, type MqttError, ProtocolViolationError } from "../../errors.js";
import type { AuthenticationAnswer, AuthenticationStep } from "./authentication-step.js";
import { AuthenticationError, authenticationEndedError, describeFailure } from "../errors/connection-errors.js";
import type { EventQueue } from "../engine-event.js";
import { OperationTimeoutError } from "../errors/operation-errors.js";
import type { OperationId } from "../session/operation.js";
import type { Output } from "./output.js";
import { authWithinLimit } from "./server-limits.js";

/** A re-authentication: an exchange after the first. */
interface Reauthentication {
  /** Undefined once its promise is settled. */
  id: OperationId | undefined;
  /** The time limit from the call on; Infinity for no limit. */
  readonly timeoutMs: number;
  /** The time at which `timeoutMs` is over; Infinity once its promise is settled. */
  timeoutAt: number;
  /** True once AUTH was written. From then on the server has to end the exchange. */
  wasWritten: boolean;
}

export class AuthenticationExchange {
  readonly #attempt: number;
  readonly #method: string;
  readonly #ackTimeoutMs: number;
  readonly #events: EventQueue;

  /** True once the first exchange is over. */
  #isConnected = false;
  /** The step that the application is asked for, with its number. An answer to an earlier step is void. */
  #step: AuthenticationStep | undefined;
  #stepCount = 0;
  /** Our AUTH, until the transport has room for it. */
  #outgoing: AuthPacket | undefined;

  /** The re-authentication under way; undefined in the first exchange and between exchanges. */
  #operation: Reauthentication | undefined;
  /** The time at which the current step has taken too long. */
  #stepDeadline = Infinity;

  /** `ackTimeoutMs` limits each step of a later exchange. Once AUTH was written, a timeout ends the connection. */
  constructor(attempt: number, method: string, ackTimeoutMs: number, events: EventQueue) {
    this.#attempt = attempt;
    this.#method = method;
    this.#ackTimeoutMs = ackTimeoutMs;
    this.#events = events;
  }

  /** The application's function that has to answer; undefined for none. */
  get asked(): AuthenticationStep["kind"] | undefined {
    return this.#step?.kind;
  }

  /** True while the application verifies the CONNACK. The packets after it have to wait. */
  get isVerifyingConnack(): boolean {
    return !this.#isConnected && this.asked === "verify";
  }

  /** True unless a re-authentication is under way. */
  get isIdle(): boolean {
    return this.#operation === undefined;
  }

  /** The time at which `handleTimeout` has work. The attempt itself limits the first exchange. */
  get deadline(): number {
    return Math.min(this.#stepDeadline, this.#operation?.timeoutAt ?? Infinity);
  }

  /** Begins a re-authentication. Gives an error when one is already under way. */
  begin(now: number, id: OperationId, timeoutMs: number): AuthenticationError | undefined {
    if (this.#operation) {
      return new AuthenticationError({ phase: "connected", message: "authentication is under way" });
    }
    this.#operation = {
      id,
      timeoutMs,
      timeoutAt: now + timeoutMs,
      wasWritten: false,
    };
    this.#ask(now, { kind: "start" });
    return undefined;
  }

  /** Takes in that the caller aborted the re-authentication. */
  cancel(id: OperationId): void {
    if (this.#operation?.id === id) {
      this.#takeId();
      this.#withdraw();
    }
  }

  /** Handles an AUTH; throws when the server may not send it now. */
  handleAuth(now: number, packet: AuthPacket): void {
    // The short form of success cannot carry the method (section 3.15.1).
    if (packet.authenticationMethod !== undefined && packet.authenticationMethod !== this.#method) {
      throw new ProtocolViolationError("AUTH with another method than CONNECT", "MQTT-4.12.0-5");
    }
    if (this.#step || this.#outgoing || (this.#isConnected && this.isIdle)) {
      throw new ProtocolViolationError("AUTH out of turn", "4.12");
    }
    const isOver = packet.reasonCode !== AuthReasonCode.ContinueAuthentication;
    if (isOver && !this.#isConnected) {
      throw new ProtocolViolationError("AUTH success before CONNACK", "MQTT-4.12.0-2");
    }
    this.#ask(now, { kind: isOver ? "verify" : "respond", packet });
  }

  /** Handles a CONNACK with success. The application may still refuse the server. */
  handleConnack(now: number, packet: ConnackPacket): void {
    this.#ask(now, { kind: "verify", packet });
  }

  /** Continues with the application's answer. Gives the verified CONNACK, or the error that ends the connection. */
  handleAnswer(
    stepNumber: number,
    answer: AuthenticationAnswer,
    maximumPacketSize: number = Infinity,
  ): ConnackPacket | AuthenticationError | undefined {
    const step = this.#step;
    if (!step || stepNumber !== this.#stepCount) {
      return undefined;
    }
    this.#step = undefined;
    if ("error" in answer) {
      return this.#fail(`authentication.${step.kind} failed`, answer.error);
    }
    if (step.kind === "verify") {
      return this.#accept(step.packet);
    }
    const packet: AuthPacket = {
      type: "auth",
      reasonCode: step.kind === "start" ? AuthReasonCode.ReAuthenticate : AuthReasonCode.ContinueAuthentication, // MQTT-4.12.0-3, MQTT-4.12.1-1
      authenticationMethod: this.#method, // MQTT-4.12.0-5
      ...answer.fields,
    };
    const outgoing = authWithinLimit(packet, maximumPacketSize);
    if (!(outgoing instanceof InvalidArgumentError)) {
      this.#outgoing = outgoing;
    } else if (step.kind === "start") {
      this.#reject(outgoing);
      this.#withdraw();
    } else {
      return this.#fail("AUTH is too large", outgoing);
    }
    return undefined;
  }

  /** Writes our AUTH, if one waits and there is room for it. */
  write(now: number, output: Output): void {
    if (!this.#outgoing || !output.hasRoom) {
      return;
    }
    encodeAuth(output.writer, this.#outgoing);
    this.#outgoing = undefined;
    if (this.#operation) {
      this.#operation.wasWritten = true;
      this.#stepDeadline = now + this.#ackTimeoutMs;
    }
  }

  /** Gives the error that ends the connection. An exchange that began and did not finish has failed (MQTT-4.12.1-2). */
  handleTimeout(now: number): AuthenticationError | undefined {
    const operation = this.#operation;
    if (!operation || now < this.deadline) {
      return undefined;
    }
    const stage = operation.wasWritten ? "sent" : "queued";
    const isOver = now >= this.#stepDeadline;
    const error = new OperationTimeoutError(stage, isOver ? this.#ackTimeoutMs : operation.timeoutMs);
    this.#reject(error);
    if (isOver && operation.wasWritten) {
      return this.#fail("authentication was not finished", error);
    }
    this.#withdraw();
    return undefined;
  }

  /** Takes in that the connection is gone. */
  handleDisconnected(cause: MqttError): void {
    this.#reject(authenticationEndedError(cause));
  }

  #ask(now: number, step: AuthenticationStep): void {
    this.#step = step;
    this.#outgoing = undefined;
    this.#stepCount += 1;
    if (this.#operation) {
      this.#stepDeadline = now + this.#ackTimeoutMs;
    }
    this.#events.push({
      type: "authenticationRequested",
      attempt: this.#attempt,
      number: this.#stepCount,
      step,
    });
  }

  /** Takes in that the application accepts the server's success. */
  #accept(packet: AuthPacket | ConnackPacket): ConnackPacket | undefined {
    const id = this.#takeId();
    this.#end();
    if (packet.type === "connack") {
      this.#isConnected = true;
      return packet;
    }
    if (id !== undefined) {
      this.#events.push({ type: "reauthenticationCompleted", id, auth: packet });
    }
    return undefined;
  }

  /** Forgets a re-authentication that the server has not seen. */
  #withdraw(): void {
    if (this.#operation?.wasWritten === false) {
      this.#end();
    }
  }

  #end(): void {
    this.#stepDeadline = Infinity;
    this.#operation = undefined;
    this.#step = undefined;
    this.#outgoing = undefined;
  }

  #fail(what: string, cause: unknown): AuthenticationError {
    const phase = this.#isConnected ? "connected" : "connack";
    const error = new AuthenticationError({ phase, message: describeFailure(what, cause), cause });
    this.#reject(error);
    this.#end();
    return error;
  }

  #reject(error: MqttError): void {
    const id = this.#takeId();
    if (id !== undefined) {
      this.#events.push({ type: "operationFailed", id, subject: { operation: "reauthenticate" }, error });
    }
  }

  /** Takes the id that settles the promise. Undefined when it is already settled, or there is none. */
  #takeId(): OperationId | undefined {
    const operation = this.#operation;
    const id = operation?.id;
    if (operation) {
      operation.id = undefined;
      operation.timeoutAt = Infinity;
    }
    return id;
  }
}
