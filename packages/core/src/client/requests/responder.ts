/** Answers to requests (section 4.10): what a handler gives goes to the topic, and under the mark, that a request names. */

import { type Check, checkFunction, checkObject, type ChecksOf, refuse } from "../options/checks.js";
import { type Mqtt5ClientBase, partsOf } from "../client.js";
import type { PublishOptions } from "../options/publish-options.js";
import type { ReceivedMessage } from "../messages/received-message.js";
import { type Subscription, subscriptionOptionChecks } from "../options/subscribe-options.js";

/** An answer: a publish, whose topic and correlation data the request gives. Default QoS: that of the request. */
export type ResponseOptions = Omit<PublishOptions, "topic" | "correlationData">;

/** Gives the answer to a request, or nothing where none is to be sent. */
export type RequestHandler = (
  request: ReceivedMessage,
) => ResponseOptions | undefined | Promise<ResponseOptions | undefined>;

/** What is said of a responder, and of the subscription that it rests on. */
export interface ResponderOptions extends Omit<Subscription, "topicFilter"> {
  /**
   * Whether to publish to a topic that a request asks for, which is a stranger's word. Default: to any but those that
   * begin with `$`.
   */
  readonly allowResponseTopic?: (responseTopic: string) => boolean | Promise<boolean>;
}

/** A responder at work. */
export interface Responder {
  /** Answers no further request, and ends the subscription unless somebody else uses the filter. */
  close(): void;
}

const checkResponderOptions: Check = /* @__PURE__ */ checkObject({
  ...subscriptionOptionChecks,
  allowResponseTopic: checkFunction,
} satisfies ChecksOf<ResponderOptions>);

/**
 * Answers the requests that match a filter, until it is closed or the client stops; several at a time. Resolves when the
 * subscription is granted. A request is acknowledged when its answer is published, and its topic not used before it was
 * allowed; what goes wrong with one is told as `handlerError`.
 *
 * Rejects as `subscribe` does.
 */
export async function respond(
  client: Mqtt5ClientBase,
  topicFilter: string,
  handler: RequestHandler,
  options: ResponderOptions = {},
): Promise<Responder> {
  checkFunction(handler, "handler");
  checkResponderOptions(options, "");
  const { allowResponseTopic = isOrdinary, ...rest } = options;
  const { dispatcher, router } = partsOf(client);

  const answer = async (request: ReceivedMessage): Promise<void> => {
    const { responseTopic, correlationData, qos } = request;
    if (responseTopic !== undefined && !(await allowResponseTopic(responseTopic))) {
      refuse("responseTopic", responseTopic, "a topic that allowResponseTopic accepts");
    }
    const response = await handler(request);
    if (responseTopic !== undefined && response !== undefined) {
      const mark = correlationData ? { correlationData } : {};
      await client.publish({ ...response, qos: response.qos ?? qos, ...mark, topic: responseTopic });
    }
  };

  const { granted, leave } = router.consume(
    { ...rest, topicFilter },
    {
      push: (held) => {
        const { message } = held;
        router.releaseAfter(dispatcher.watch("messageReceived", message, answer(message)), held);
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
