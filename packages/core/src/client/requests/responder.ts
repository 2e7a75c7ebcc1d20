/**
 * Responses to requests (section 4.10). The result of a handler is published to the response topic of the request, with
 * the correlation data of the request.
 */

import { type Check, checkFunction, checkObject, type ChecksOf, refuse } from "../options/checks.js";
import { type Mqtt5ClientBase, partsOf } from "../client.js";
import { fieldsOf } from "../options/option-copies.js";
import { publishChecks, type PublishOptions } from "../options/publish-options.js";
import type { ReceivedMessage } from "../messages/received-message.js";
import { type Subscription, subscriptionOptionChecks } from "../options/subscribe-options.js";

/** A response: a publish whose topic and correlation data come from the request. Default QoS: that of the request. */
export type ResponseOptions = Omit<PublishOptions, "topic" | "correlationData">;

/** Handles a request. Returns the response, or `undefined` to send none. */
export type RequestHandler = (
  request: ReceivedMessage,
) => ResponseOptions | undefined | Promise<ResponseOptions | undefined>;

/** The options of a responder, and of its subscription. */
export interface ResponderOptions extends Omit<Subscription, "topicFilter"> {
  /**
   * Decides whether to publish to the response topic of a request. Anybody may send a request, so do not trust this
   * topic. Default: all topics except those that start with `$`.
   */
  readonly allowResponseTopic?: (responseTopic: string) => boolean | Promise<boolean>;
}

/** A responder that is active. */
export interface Responder {
  /** Stops handling requests, and ends the subscription, unless another consumer uses the filter. */
  close(): void;
}

const checkResponderOptions: Check = /* @__PURE__ */ checkObject({
  ...subscriptionOptionChecks,
  allowResponseTopic: checkFunction,
} satisfies ChecksOf<ResponderOptions>);

/** Checks for a response. The responder replaces a topic and correlation data, so it takes them too. */
const checkResponse: Check = /* @__PURE__ */ checkObject(publishChecks);

/**
 * Handles the requests that match a filter, several at a time, until it is closed or the client stops. Resolves when
 * the server has granted the subscription.
 *
 * A request is acknowledged after its response was published. If the handler throws, or the response topic is not
 * allowed, the client emits `handlerError`.
 *
 * @throws {InvalidArgumentError} an argument is invalid or unsupported, or the filter is in use with other options
 * @throws {SubscribeRejectedError} the server refused the subscription
 * @throws {OperationTimeoutError} the SUBACK took longer than `ackTimeoutMs`
 * @throws {DisconnectedError} the client stopped, or the SUBSCRIBE does not wait for a connection
 * @throws {QueueFullError} the queue is full
 * @example
 * ```ts
 * const responder = await respond(client, "boilers/7/set", (request) => ({ payload: `set to ${request.text()}` }));
 * ```
 */
export function respond(
  client: Mqtt5ClientBase,
  topicFilter: string,
  handler: RequestHandler,
  options: ResponderOptions = {},
): Promise<Responder> {
  return partsOf(client).unheard.watch("respond", () => openResponder(client, topicFilter, handler, options));
}

async function openResponder(
  client: Mqtt5ClientBase,
  topicFilter: string,
  handler: RequestHandler,
  options: ResponderOptions,
): Promise<Responder> {
  checkFunction(handler, "handler");
  checkResponderOptions(options, "");
  const { allowResponseTopic = isOrdinary, ...subscription } = fieldsOf(options, checkResponderOptions);
  const { dispatcher, router } = partsOf(client);

  const answer = async (request: ReceivedMessage): Promise<void> => {
    const { responseTopic, correlationData, qos } = request;
    if (responseTopic !== undefined && !(await allowResponseTopic(responseTopic))) {
      refuse("responseTopic", responseTopic, "a topic that allowResponseTopic accepts");
    }
    const response = await handler(request);
    if (responseTopic !== undefined && response !== undefined) {
      const mark = correlationData ? { correlationData } : {};
      checkResponse(response, "response");
      await client.publish({ qos, ...fieldsOf(response, checkResponse), ...mark, topic: responseTopic });
    }
  };

  const { backlog } = dispatcher;
  const { granted, leave } = router.consume(
    { ...subscription, topicFilter },
    {
      push: (held) => {
        const { message } = held;
        const isBacklogged = message.qos === 0;
        if (isBacklogged && !backlog.admits(answer, held.memory)) {
          held.release("handled");
          return;
        }
        const done = dispatcher.watch("messageReceived", message, answer(message));
        if (isBacklogged) {
          backlog.hold(answer, held.memory, done);
        }
        router.releaseAfter(done, held);
      },
      end: () => {
        leave();
      },
    },
  );
  await granted;
  return { close: leave };
}

function isOrdinary(responseTopic: string): boolean {
  return !responseTopic.startsWith("$");
}
