/**
 * The reason codes after which haste does not help: the next attempt waits the full `maxReconnectDelayMs`, so that a client
 * without a chance does not hammer its server.
 */
import { ConnectReasonCode, DisconnectReasonCode } from "../../codec/reason-codes.js";

/** The reason codes of CONNACK and DISCONNECT that another attempt will not change soon. */
const lastingCodes: ReadonlySet<number> = new Set<number>([
  ConnectReasonCode.UnsupportedProtocolVersion,
  ConnectReasonCode.ClientIdentifierNotValid,
  ConnectReasonCode.BadUsernameOrPassword,
  ConnectReasonCode.NotAuthorized,
  ConnectReasonCode.Banned,
  ConnectReasonCode.BadAuthenticationMethod,
  // Two clients with one client identifier would take the session from each other without end.
  DisconnectReasonCode.SessionTakenOver,
]);

/** True where another attempt may help soon after this reason code, or without one. */
export function isRetryable(reasonCode: number | undefined): boolean {
  return reasonCode === undefined || !lastingCodes.has(reasonCode);
}

/** True for a refusal of the credentials, which fresh ones may cure. */
export function refusesCredentials(reasonCode: number | undefined): boolean {
  return reasonCode === ConnectReasonCode.BadUsernameOrPassword || reasonCode === ConnectReasonCode.NotAuthorized;
}
