import { type Check, checkCount, checkObject, checkOneOf, type ChecksOf } from "../options/checks.js";
import { checkSignal } from "../operations/call-options.js";
import { fieldsOf } from "../options/option-copies.js";
import { type Subscription, subscriptionOptionChecks } from "../options/subscribe-options.js";

/** The options of `messages`, and of its subscription. */
export interface MessageStreamOptions extends Omit<Subscription, "topicFilter"> {
  /**
   * The number of QoS 0 messages that wait for the loop. Beyond it the oldest one is dropped. At least 1;
   * default: 1 000.
   */
  readonly bufferSize?: number;
  /**
   * The memory of the QoS 0 messages that wait for the loop, in bytes. Each counts with its packet, and with 1 024 bytes
   * for what it costs beside it. Beyond the limit the oldest ones are dropped; one message always fits. At least 1;
   * default: 16 777 216 (16 MiB).
   */
  readonly bufferBytes?: number;
  /**
   * The handling of QoS 1 and 2 messages when the loop is slow. Default: `wait`.
   *
   * - `wait`: messages wait unacknowledged. At the client's `receiveMaximum` the server stops, for the whole client
   * - `dropOldest`: `bufferSize` and `bufferBytes` apply to every QoS. A dropped message is acknowledged
   */
  readonly whenFull?: "wait" | "dropOldest";
  /** Ends the loop with the signal's `reason`, when it is aborted. */
  readonly signal?: AbortSignal;
}

const defaultBufferSize = 1_000;
const defaultBufferBytes = 16 * 1_024 * 1_024;

const checkStreamOptions: Check = /* @__PURE__ */ checkObject({
  ...subscriptionOptionChecks,
  bufferSize: checkCount,
  bufferBytes: checkCount,
  whenFull: /* @__PURE__ */ checkOneOf("wait", "dropOldest"),
  signal: checkSignal,
} satisfies ChecksOf<MessageStreamOptions>);

/** The options of `messages`, checked and with their defaults. */
export interface StreamOptions {
  readonly subscription: Subscription | undefined;
  readonly bufferSize: number;
  readonly bufferBytes: number;
  readonly whenFull: MessageStreamOptions["whenFull"];
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes the settings of a stream.
 *
 * @throws {InvalidArgumentError} an option is invalid; the error names it
 */
export function toStreamOptions(topicFilter: string | undefined, options: MessageStreamOptions): StreamOptions {
  checkStreamOptions(options, "");
  const {
    bufferSize = defaultBufferSize,
    bufferBytes = defaultBufferBytes,
    whenFull,
    signal,
    ...subscription
  } = fieldsOf(options, checkStreamOptions);
  return {
    subscription: topicFilter === undefined ? undefined : { ...subscription, topicFilter },
    bufferSize,
    bufferBytes,
    whenFull,
    signal,
  };
}
