/**
 * The reason codes after which a fast retry does not help. The next attempt waits the full `maxReconnectDelayMs`, so
 * that a client that cannot connect does not burden its server.
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
  // Two clients with the same client identifier would take over the session from each other without end.
  DisconnectReasonCode.SessionTakenOver,
]);

/** Returns true if another attempt may soon help after this reason code, or without one. */
export function isRetryable(reasonCode: number | undefined): boolean {
  return reasonCode === undefined || !lastingCodes.has(reasonCode);
}

/** Returns true for a refusal of the credentials. New credentials may help. */
export function refusesCredentials(reasonCode: number | undefined): boolean {
  return reasonCode === ConnectReasonCode.BadUsernameOrPassword || reasonCode === ConnectReasonCode.NotAuthorized;
}

/**
 * Returns true for a reason that no other server changes: two clients with the same client identifier would take over
 * the session from each other at the next server, too.
 */
export function concernsEveryServer(reasonCode: number | undefined): boolean {
  return reasonCode === DisconnectReasonCode.SessionTakenOver;
}
