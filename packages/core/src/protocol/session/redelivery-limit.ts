/**
 * A publish that the server hangs up on would end every connection for ever. It fails after `maxRedeliveries`. From the
 * second time on it waits for its answer alone, so that the publishes beside it do not share its fate.
 */

import { DisconnectReasonCode } from "../../codec/reason-codes.js";
import { MqttError } from "../../errors.js";
import { DisconnectedError } from "../errors/connection-errors.js";

/**
 * The reason codes of a server's DISCONNECT (section 3.14.2.1) that the content of a PUBLISH can bring about, as
 * sections 3.3.2 to 3.3.4 and 4.13 have it. The others are about another packet (such as 0x8F, 0x9E, 0xA1 and 0xA2), the
 * client as a whole (0x8D, 0x8E, 0x98, 0xA0), or the state of the server (0x89, 0x8B, 0x9C, 0x9D); and 0x96 and 0x9F
 * are about the pace, which gets slower by itself.
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

/** A publish that so many connections may have ended for goes alone from then on, unless the limit is less. */
const suspicious = 2;

/** True for a publish that nothing may join until it has its answer. */
export function goesAlone(hangUpCount: number, maxRedeliveries: number): boolean {
  return hangUpCount >= Math.min(suspicious, maxRedeliveries);
}

/** For a publish that the server hung up on once more; undefined while it is sent again. */
export function redeliveryLimitError(
  hangUpCount: number,
  maxRedeliveries: number,
  cause: MqttError,
): MqttError | undefined {
  const message = `the server hung up on it ${hangUpCount} times`;
  return hangUpCount > maxRedeliveries
    ? new MqttError("REDELIVERY_LIMIT", message, { cause, outcome: "unknown" })
    : undefined;
}

/** True for the end of a connection that the server declared with a code which a PUBLISH can cause. */
export function mayBlamePublish(cause: MqttError): boolean {
  return (
    cause instanceof DisconnectedError &&
    cause.source === "server" &&
    publishCodes.has(cause.disconnect?.reasonCode ?? 0)
  );
}
