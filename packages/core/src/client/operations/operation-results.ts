import type { SubackPacket } from "../../codec/packets/suback.js";
import type { SubscribePacket } from "../../codec/packets/subscribe.js";
import type { UnsubackPacket } from "../../codec/packets/unsuback.js";
import type { QoS } from "../../codec/qos.js";
import { isFailure, SubackReasonCode, type UnsubackReasonCode } from "../../codec/reason-codes.js";
import { SubscribeRejectedError, UnsubscribeRejectedError } from "../../protocol/errors/operation-errors.js";

/** What the server said to one topic filter of a subscribe. */
export type SubscriptionResult =
  | { readonly topicFilter: string; readonly ok: true; readonly grantedQos: QoS }
  | { readonly topicFilter: string; readonly ok: false; readonly reasonCode: SubackReasonCode };

/** The answer to a subscribe of which at least one filter was granted. */
export interface SubscribeResult {
  readonly suback: SubackPacket;
  /** One for each filter, in the order of the call. */
  readonly results: readonly SubscriptionResult[];
  readonly allGranted: boolean;
}

/** What the server said to one topic filter of an unsubscribe; one that was not subscribed is a success. */
export interface UnsubscriptionResult {
  readonly topicFilter: string;
  readonly ok: boolean;
  /** Undefined where `messages` or a responder still uses the filter, so that the server was not asked. */
  readonly reasonCode: UnsubackReasonCode | undefined;
}

/** The answer to an unsubscribe of which at least one filter was ended. */
export interface UnsubscribeResult {
  /** Undefined where the server was asked for nothing. */
  readonly unsuback: UnsubackPacket | undefined;
  /** One for each filter, in the order of the call. */
  readonly results: readonly UnsubscriptionResult[];
  readonly allEnded: boolean;
}

/** Joins filters and codes, which stand in the same order (MQTT-3.9.3-1); throws where none was granted. */
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
 * The result for all filters of a call, of which the server was asked for those that nobody else uses. Those and the
 * codes stand in the same order (MQTT-3.11.3-1); throws where none of them was ended.
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
