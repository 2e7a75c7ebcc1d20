import { type Check, checkCount, checkObject, checkOneOf, type ChecksOf } from "../options/checks.js";
import { checkSignal } from "../operations/call-options.js";
import { type Subscription, subscriptionOptionChecks } from "../options/subscribe-options.js";

/** What is said of an iterable of messages, and of the subscription that it rests on. */
export interface MessageStreamOptions extends Omit<Subscription, "topicFilter"> {
  /** How many messages at QoS 0 wait for the loop before the oldest is dropped; at least 1, default 1 000. */
  readonly bufferSize?: number;
  /**
   * What to do with QoS 1 and 2. `wait`, the default: a slow loop stops the server, for the whole client, at our Receive
   * Maximum; `dropOldest`: `bufferSize` holds for every QoS, and what is dropped is acknowledged.
   */
  readonly whenFull?: "wait" | "dropOldest";
  /** Ends the loop with the reason of the signal. */
  readonly signal?: AbortSignal;
}

const defaultBufferSize = 1_000;

const checkStreamOptions: Check = /* @__PURE__ */ checkObject({
  ...subscriptionOptionChecks,
  bufferSize: checkCount,
  whenFull: /* @__PURE__ */ checkOneOf("wait", "dropOldest"),
  signal: checkSignal,
} satisfies ChecksOf<MessageStreamOptions>);

/** The same, checked and with the defaults. */
export interface StreamOptions {
  readonly subscription: Subscription | undefined;
  readonly bufferSize: number;
  readonly whenFull: MessageStreamOptions["whenFull"];
  readonly signal: AbortSignal | undefined;
}

/** The settings of an iterable; throws an `InvalidArgumentError` that names the field. */
export function toStreamOptions(topicFilter: string | undefined, options: MessageStreamOptions): StreamOptions {
  checkStreamOptions(options, "");
  const { bufferSize = defaultBufferSize, whenFull, signal, ...subscription } = options;
  return {
    subscription: topicFilter === undefined ? undefined : { ...subscription, topicFilter },
    bufferSize,
    whenFull,
    signal,
  };
}
