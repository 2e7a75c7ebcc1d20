/**
 * Requests over MQTT (section 4.10): a message says where it wants its answer and under what mark, and the message that
 * comes there with this mark is the result.
 */

import { DisconnectedError } from "../../protocol/errors/connection-errors.js";
import { stoppedError } from "../../protocol/session/outcomes.js";
import { type CallOptions, checkCallOptions } from "../operations/call-options.js";
import { type Check, checkObject, type ChecksOf, checkTopicName, refuseUnseen } from "../options/checks.js";
import { type Mqtt5ClientBase, partsOf } from "../client.js";
import type { HeldMessage, Consumer } from "../messages/consumer.js";
import { publishChecks, type PublishOptions } from "../options/publish-options.js";
import type { ReceivedMessage } from "../messages/received-message.js";
import { PendingPromises } from "../operations/pending-promises.js";

/** What is said of a requester. */
export interface RequesterOptions {
  /**
   * Where answers come; a topic name that only this client may read. Default: the server's Response Information, or
   * `responses` where it gives none, followed by `/` and the client id.
   */
  readonly responseTopic?: string;
}

/** A message that asks for an answer: a publish, whose response topic and correlation data are filled in. */
export type RequestOptions = Omit<PublishOptions, "responseTopic" | "correlationData">;

/** Sends requests and hands out their answers. */
export interface Requester {
  /**
   * Publishes a request; resolves with its answer. `timeoutMs` of the call is over all of it, default 30 000.
   *
   * Rejects as `publish` and `subscribe` do, with an `OperationTimeoutError` when no answer came in time, a
   * `DisconnectedError` when the client or the requester was stopped, or the reason of the signal.
   */
  request(message: RequestOptions, call?: CallOptions): Promise<ReceivedMessage>;

  /** Rejects what waits for an answer, and ends the subscription. */
  close(): void;
}

const defaultTimeoutMs = 30_000;

/** Answers come no more than once for a request, so nothing is gained by QoS 2. */
const responseQos = 1;

const checkRequesterOptions = /* @__PURE__ */ checkObject({
  responseTopic: checkTopicName,
} satisfies ChecksOf<RequesterOptions>);

const leftToRequester: Check = (_value, field) => refuseUnseen(field, "left to the requester");

const checkRequestOptions: Check = /* @__PURE__ */ checkObject(
  { ...publishChecks, responseTopic: leftToRequester, correlationData: leftToRequester },
  "topic",
);

/** Makes a requester, which subscribes with its first request. Throws an `InvalidArgumentError`. */
export function createRequester(client: Mqtt5ClientBase, options: RequesterOptions = {}): Requester {
  checkRequesterOptions(options, "");
  return new ResponseCollector(client, options.responseTopic);
}

/** Sends one request; see `Requester`. Who sends many makes a requester, which keeps its subscription. */
export async function request(
  client: Mqtt5ClientBase,
  message: RequestOptions,
  call: CallOptions = {},
): Promise<ReceivedMessage> {
  const requester = createRequester(client);
  try {
    return await requester.request(message, call);
  } finally {
    requester.close();
  }
}

class ResponseCollector implements Requester, Consumer {
  readonly #client: Mqtt5ClientBase;
  readonly #parts: ReturnType<typeof partsOf>;
  /** Those without an answer yet, by their marks. */
  readonly #pending: PendingPromises<string, ReceivedMessage>;
  #responseTopic: string | undefined;
  #leave: (() => void) | undefined;
  #requestCount = 0;

  constructor(client: Mqtt5ClientBase, responseTopic: string | undefined) {
    this.#client = client;
    this.#parts = partsOf(client);
    this.#pending = new PendingPromises({ setAlarm: this.#parts.driver.setAlarm, stage: "sent" });
    this.#responseTopic = responseTopic;
  }

  async request(message: RequestOptions, call: CallOptions = {}): Promise<ReceivedMessage> {
    checkRequestOptions(message, ""); // before anything is waited for
    checkCallOptions(call);
    const { signal, timeoutMs = defaultTimeoutMs } = call;
    this.#requestCount += 1;
    const mark = `${this.#requestCount}-${this.#parts.platform.random()}`;
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
    // It may have ended meanwhile.
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
