/**
 * Requests over MQTT (section 4.10). A request names a response topic and carries a mark as its correlation data. The
 * message that arrives on this topic with this mark is the response.
 */

import { DisconnectedError } from "../../protocol/errors/connection-errors.js";
import { stoppedError } from "../../protocol/session/outcomes.js";
import { type CallOptions, checkCallOptions } from "../operations/call-options.js";
import { type Check, checkObject, type ChecksOf, checkTopicName, refuseUnseen } from "../options/checks.js";
import { type Mqtt5ClientBase, partsOf } from "../client.js";
import type { HeldMessage, Consumer } from "../messages/consumer.js";
import { publishChecks, type PublishOptions } from "../options/publish-options.js";
import type { ReceivedMessage } from "../messages/received-message.js";
import { handled } from "../operations/handled.js";
import { PendingPromises } from "../operations/pending-promises.js";
import { makeUnguessable } from "./unguessable.js";

/** The options of a requester. */
export interface RequesterOptions {
  /**
   * The topic name on which responses arrive. Only this client should be able to read it. Default: the server's
   * Response Information, or `responses` without one, followed by `/` and the client id.
   */
  readonly responseTopic?: string;
}

/** A request: a publish whose response topic and correlation data the requester fills in. */
export type RequestOptions = Omit<PublishOptions, "responseTopic" | "correlationData">;

/** Sends requests, and matches the responses to them. It keeps one subscription for all responses. */
export interface Requester {
  /**
   * Publishes a request, and resolves with the response. `timeoutMs` of the call covers both; default: 30 000.
   *
   * It also rejects with every error of `publish`.
   *
   * @throws {InvalidArgumentError} a field of the request or an option of the call is invalid
   * @throws {OperationTimeoutError} no response arrived in time
   * @throws {DisconnectedError} the client is stopped, or the requester was closed
   * @throws {SubscribeRejectedError} the server refused the subscription for the responses
   * @throws the `reason` of the signal, after an abort
   */
  request(message: RequestOptions, call?: CallOptions): Promise<ReceivedMessage>;

  /** Rejects all pending requests with a `DisconnectedError`, and ends the subscription. */
  close(): void;
}

const defaultTimeoutMs = 30_000;

/** Each request has at most one response, so QoS 2 would gain nothing. */
const responseQos = 1;

const checkRequesterOptions = /* @__PURE__ */ checkObject({
  responseTopic: checkTopicName,
} satisfies ChecksOf<RequesterOptions>);

const leftToRequester: Check = (_value, field) => refuseUnseen(field, "left to the requester");

const checkRequestOptions: Check = /* @__PURE__ */ checkObject(
  { ...publishChecks, responseTopic: leftToRequester, correlationData: leftToRequester },
  "topic",
);

/**
 * Creates a requester. It subscribes with its first request.
 *
 * @throws {InvalidArgumentError} an option is invalid
 * @example
 * ```ts
 * const requester = createRequester(client);
 * const response = await requester.request({ topic: "boilers/7/set", payload: "21.5", qos: 1 });
 * console.log(response.text());
 * requester.close();
 * ```
 */
export function createRequester(client: Mqtt5ClientBase, options: RequesterOptions = {}): Requester {
  checkRequesterOptions(options, "");
  return new ResponseCollector(client, options.responseTopic);
}

/**
 * Sends one request, and resolves with its response. It subscribes to the response topic for this one request; use
 * `createRequester` for many.
 *
 * It also rejects with every error of `publish`.
 *
 * @throws {InvalidArgumentError} a field of the request or an option of the call is invalid
 * @throws {OperationTimeoutError} no response arrived in time
 * @throws {DisconnectedError} the client is stopped
 * @throws {SubscribeRejectedError} the server refused the subscription for the response
 * @throws the `reason` of the signal, after an abort
 * @example
 * ```ts
 * const response = await request(client, { topic: "boilers/7/get" }, { timeoutMs: 5_000 });
 * console.log(response.text());
 * ```
 */
export function request(
  client: Mqtt5ClientBase,
  message: RequestOptions,
  call: CallOptions = {},
): Promise<ReceivedMessage> {
  const requester = createRequester(client);
  return handled(
    requester.request(message, call).finally(() => {
      requester.close();
    }),
  );
}

class ResponseCollector implements Requester, Consumer {
  readonly takesResponsesOnly = true;
  readonly #client: Mqtt5ClientBase;
  readonly #parts: ReturnType<typeof partsOf>;
  /** The requests without a response, by their marks. */
  readonly #pending: PendingPromises<string, ReceivedMessage>;
  #responseTopic: string | undefined;
  #leave: (() => void) | undefined;

  constructor(client: Mqtt5ClientBase, responseTopic: string | undefined) {
    this.#client = client;
    this.#parts = partsOf(client);
    this.#pending = new PendingPromises({ setAlarm: this.#parts.driver.setAlarm, stage: "sent" });
    this.#responseTopic = responseTopic;
  }

  request(message: RequestOptions, call: CallOptions = {}): Promise<ReceivedMessage> {
    return this.#parts.unheard.watch("request", () => this.#request(message, call));
  }

  async #request(message: RequestOptions, call: CallOptions): Promise<ReceivedMessage> {
    checkRequestOptions(message, ""); // before the first await
    checkCallOptions(call);
    const { signal, timeoutMs = defaultTimeoutMs } = call;
    const { random, logger } = this.#parts;
    const mark = makeUnguessable(random, logger); // a guessed mark would let a stranger answer
    const answer = this.#pending.add(mark, signal, timeoutMs);
    this.#send(message, mark, { ...call, timeoutMs }).catch((reason: unknown) => {
      this.#pending.reject(mark, reason);
    });
    return answer;
  }

  close(): void {
    this.end(new DisconnectedError({ source: "user", message: "the requester was closed" }));
  }

  push({ message, release }: HeldMessage): void {
    this.#pending.resolve(new TextDecoder().decode(message.correlationData), message);
    release("handled");
  }

  end(reason: unknown = stoppedError()): void {
    const leave = this.#leave;
    this.#leave = undefined;
    leave?.();
    this.#pending.rejectAll(reason);
  }

  async #send(message: RequestOptions, mark: string, call: CallOptions & { timeoutMs: number }): Promise<void> {
    const { driver, router } = this.#parts;
    const deadline = driver.now() + call.timeoutMs;
    const responseTopic = (this.#responseTopic ??= await this.#findTopic(call));
    // The request may have ended during the wait.
    if (this.#pending.has(mark)) {
      this.#leave ??= router.consume({ topicFilter: responseTopic, qos: responseQos }, this).leave;
      const timeoutMs = Math.max(0, deadline - driver.now());
      await this.#client.publish({ ...message, responseTopic, correlationData: mark }, { ...call, timeoutMs });
    }
  }

  async #findTopic(call: CallOptions): Promise<string> {
    const { connack, negotiatedSettings } = await this.#client.waitUntilConnected(call);
    return `${connack.responseInformation ?? "responses"}/${negotiatedSettings.clientId}`;
  }
}
