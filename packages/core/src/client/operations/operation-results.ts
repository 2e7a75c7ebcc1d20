import type { SubackPacket } from "../../codec/packets/suback.js";
import type { SubscribePacket } from "../../codec/packets/subscribe.js";
import type { UnsubackPacket } from "../../codec/packets/unsuback.js";
import type { QoS } from "../../codec/qos.js";
import { isFailure, SubackReasonCode, type UnsubackReasonCode } from "../../codec/reason-codes.js";
import type { MqttError } from "../../errors.js";
import { SubscribeRejectedError, UnsubscribeRejectedError } from "../../protocol/errors/operation-errors.js";

/**
 * The event `operationFailed`: an operation failed, and its promise rejected.
 *
 * An abort is no failure, and neither is a publish that a stop settled with the outcome `kept`.
 */
export interface OperationFailedEvent {
  /** The call that failed. */
  readonly operation: "publish" | "subscribe" | "unsubscribe" | "reauthenticate";
  /** The reason of the failure. For a publish, `error.outcome` says what happened to the message. */
  readonly error: MqttError;
  /** The topic of a publish; undefined for the others. */
  readonly topic?: string | undefined;
  /** The topic filters of a subscribe or unsubscribe; undefined for the others. */
  readonly topicFilters?: readonly string[] | undefined;
}

/**
 * The server's answer for one topic filter of a subscribe.
 *
 * `ok` is true for a granted filter, and `grantedQos` is its highest QoS. `ok` is false for a refused one, and
 * `reasonCode` says why.
 */
export type SubscriptionResult =
  | { readonly topicFilter: string; readonly ok: true; readonly grantedQos: QoS }
  | { readonly topicFilter: string; readonly ok: false; readonly reasonCode: SubackReasonCode };

/** The result of a subscribe. The server granted at least one filter. */
export interface SubscribeResult {
  /** The server's SUBACK. */
  readonly suback: SubackPacket;
  /** One result for each filter, in the order of the call. */
  readonly results: readonly SubscriptionResult[];
  /** True when the server granted every filter. */
  readonly allGranted: boolean;
}

/** The server's answer for one topic filter of an unsubscribe. A filter without a subscription counts as a success. */
export interface UnsubscriptionResult {
  /** The topic filter. */
  readonly topicFilter: string;
  /** False when the server refused to end the subscription. */
  readonly ok: boolean;
  /**
   * The server's reason code. Undefined when `messages` or a responder still uses the filter: then the server is not
   * asked.
   */
  readonly reasonCode: UnsubackReasonCode | undefined;
}

/** The result of an unsubscribe. At least one filter was ended. */
export interface UnsubscribeResult {
  /** The server's UNSUBACK. Undefined when other consumers use all of the filters: then the server is not asked. */
  readonly unsuback: UnsubackPacket | undefined;
  /** One result for each filter, in the order of the call. */
  readonly results: readonly UnsubscriptionResult[];
  /** True when `ok` is true for every filter. */
  readonly allEnded: boolean;
}

/**
 * Joins filters and reason codes, which have the same order (MQTT-3.9.3-1).
 *
 * @throws {SubscribeRejectedError} the server granted none of the filters
 */
export function toSubscribeResult({ subscriptions }: SubscribePacket, suback: SubackPacket): SubscribeResult {
  const results = subscriptions.map(({ topicFilter }, index): SubscriptionResult => {
    const reasonCode = suback.reasonCodes[index] ?? SubackReasonCode.UnspecifiedError;
    return reasonCode === 0 || reasonCode === 1 || reasonCode === 2
      ? { topicFilter, ok: true, grantedQos: reasonCode }
      : { topicFilter, ok: false, reasonCode };
  });
  if (!results.some(({ ok }) => ok)) {
    throw new SubscribeRejectedError(suback);
  }
  return { suback, results, allGranted: results.every(({ ok }) => ok) };
}

/**
 * Makes the result for all filters of a call. `asked` are the filters that no consumer uses: only those went to the
 * server, and they have the order of the reason codes (MQTT-3.11.3-1).
 *
 * @throws {UnsubscribeRejectedError} the server ended none of the filters in `asked`
 */
export function toUnsubscribeResult(
  topicFilters: readonly string[],
  asked: readonly string[],
  unsuback: UnsubackPacket | undefined,
): UnsubscribeResult {
  const codes = unsuback?.reasonCodes ?? [];
  if (unsuback && codes.every((code) => isFailure(code))) {
    throw new UnsubscribeRejectedError(unsuback);
  }
  const answers = new Map(asked.map((topicFilter, index) => [topicFilter, codes[index]]));
  const results = topicFilters.map((topicFilter) => {
    const reasonCode = answers.get(topicFilter);
    return { topicFilter, ok: reasonCode === undefined || !isFailure(reasonCode), reasonCode };
  });
  return { unsuback, results, allEnded: results.every(({ ok }) => ok) };
}
