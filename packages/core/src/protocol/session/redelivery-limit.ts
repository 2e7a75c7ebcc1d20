/**
 * The limit for a publish after which the server ends the connection. Without a limit it would end every connection,
 * and nothing behind it would be sent. Two kinds of endings count:
 *
 * - A DISCONNECT with a reason code that a PUBLISH can cause. It counts against all publishes without an answer. From
 *   the second time on such a publish is sent alone, so that no other publish fails with it.
 * - A close by the server soon after a publish, without DISCONNECT. It says less, so the first two count against no
 *   publish. From the second one on all publishes are sent again one at a time, and each further close counts against
 *   the publish that was alone in flight. An answer to any publish ends this.
 *
 * A broken connection, a timeout or a close of our own never counts.
 */

import { DisconnectReasonCode } from "../../codec/reason-codes.js";
import { MqttError } from "../../errors.js";
import { ConnectionError, DisconnectedError } from "../errors/connection-errors.js";
import type { PublishOperation } from "./operation.js";

/**
 * The reason codes of a server's DISCONNECT (section 3.14.2.1) that the content of a PUBLISH can cause (sections 3.3.2
 * to 3.3.4 and 4.13). The others are about another packet (such as 0x8F, 0x9E, 0xA1 and 0xA2), the client as a whole
 * (0x8D, 0x8E, 0x98, 0xA0), or the state of the server (0x89, 0x8B, 0x9C, 0x9D). 0x96 and 0x9F are about the rate,
 * which gets lower by itself.
 */
const publishCodes: ReadonlySet<number> = new Set([
  DisconnectReasonCode.UnspecifiedError,
  DisconnectReasonCode.MalformedPacket,
  DisconnectReasonCode.ProtocolError,
  DisconnectReasonCode.ImplementationSpecificError,
  DisconnectReasonCode.NotAuthorized,
  DisconnectReasonCode.TopicNameInvalid,
  DisconnectReasonCode.ReceiveMaximumExceeded,
  DisconnectReasonCode.TopicAliasInvalid,
  DisconnectReasonCode.PacketTooLarge,
  DisconnectReasonCode.QuotaExceeded,
  DisconnectReasonCode.PayloadFormatInvalid,
  DisconnectReasonCode.RetainNotSupported,
  DisconnectReasonCode.QosNotSupported,
]);

/** The number of endings after which publishes are sent alone, unless the limit is lower. */
const suspicious = 2;

/** The time after the write of a publish in which a close by the server counts. */
const promptMs = 5_000;

export class RedeliveryLimit {
  readonly #maxRedeliveries: number;

  /** The closes by the server soon after a publish, since it last answered one. */
  #closeCount = 0;

  /** The time at which a QoS 1 or 2 publish was last written. */
  #writtenAt = -Infinity;

  constructor(maxRedeliveries: number) {
    this.#maxRedeliveries = maxRedeliveries;
  }

  /** Takes in that a QoS 1 or 2 publish was written. */
  handleWritten(now: number): void {
    this.#writtenAt = now;
  }

  /** Takes in a PUBACK, PUBREC or PUBCOMP. */
  handleAnswered(): void {
    this.#closeCount = 0;
  }

  /** Returns true for a publish that must be in flight alone until it has its answer. */
  goesAlone({ hangUpCount, wasSent }: PublishOperation): boolean {
    const isSuspect = hangUpCount >= Math.min(suspicious, this.#maxRedeliveries);
    return isSuspect || (wasSent && this.#closeCount >= suspicious);
  }

  /** Gives the publishes that the end of a connection counts against. `unanswered` were written on it. */
  blamed(now: number, cause: MqttError, unanswered: readonly PublishOperation[]): readonly PublishOperation[] {
    if (mayBlamePublish(cause)) {
      return unanswered;
    }
    const isPromptClose = isClosedByServer(cause) && now - this.#writtenAt <= promptMs;
    if (!isPromptClose || unanswered.length === 0) {
      return [];
    }
    const wentAlone = this.#closeCount >= suspicious && unanswered.length === 1;
    this.#closeCount += 1;
    return wentAlone ? unanswered : [];
  }

  /** Gives the error of a publish after the end of another connection; undefined while it may be sent again. */
  errorOf({ hangUpCount }: PublishOperation, cause: MqttError): MqttError | undefined {
    const message =
      `the server ended ${hangUpCount} connections after this message, without an answer. ` +
      "It may not accept the topic, the size or the content; its log may say why";
    return hangUpCount > this.#maxRedeliveries
      ? new MqttError("REDELIVERY_LIMIT", message, { cause, outcome: "unknown" })
      : undefined;
  }
}

/** Returns true if the server ended the connection with a reason code that a PUBLISH can cause. */
export function mayBlamePublish(cause: MqttError): boolean {
  return (
    cause instanceof DisconnectedError &&
    cause.source === "server" &&
    publishCodes.has(cause.disconnect?.reasonCode ?? 0)
  );
}

function isClosedByServer(cause: MqttError): boolean {
  return cause instanceof ConnectionError && cause.closedByServer;
}
