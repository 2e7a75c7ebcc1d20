/** What the application says of a connection, and what may answer its CONNECT (sections 3.1 and 3.2). */

import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import { ConnectReasonCode } from "../../codec/reason-codes.js";
import { ProtocolViolationError, type MqttError } from "../../errors.js";
import { ConnectRejectedError } from "../errors/connection-errors.js";
import type { EngineEvent } from "../engine-event.js";

/**
 * When the client asks the server for the session that it left.
 *
 * - `clean`: never; every connection starts a session of its own
 * - `rejoinPostSuccess`: once a connection has succeeded since `start`
 * - `rejoinAlways`: always
 */
export type SessionBehavior = "clean" | "rejoinPostSuccess" | "rejoinAlways";

/** What the application says of a connection; the engine adds the rest of the CONNECT. */
export interface ConnectRequest extends Omit<ConnectPacket, "type" | "cleanStart" | "clientId" | "topicAliasMaximum"> {
  /** Left out or empty: the id that the server assigned before, or none. */
  readonly clientId?: string;
}

/** Why this CONNACK is no connection, or undefined when it is one. */
export function connackProblem(connect: ConnectPacket, connack: ConnackPacket): MqttError | undefined {
  if (connack.reasonCode !== ConnectReasonCode.Success) {
    return new ConnectRejectedError(connack);
  }
  if (connack.sessionPresent && connect.cleanStart) {
    return new ProtocolViolationError("Session Present after a Clean Start", "MQTT-3.2.2-4");
  }
  if (connack.authenticationMethod !== connect.authenticationMethod) {
    const statement = connect.authenticationMethod === undefined ? "MQTT-4.12.0-6" : "MQTT-4.12.0-5";
    return new ProtocolViolationError("CONNACK with another method than CONNECT", statement);
  }
  return undefined;
}

type Warning = Extract<EngineEvent, { readonly type: "warning" }>;

/** For a session that the server had, and this client did not know of. */
export const sessionAdoptedWarning: Warning = {
  type: "warning",
  code: "SESSION_ADOPTED",
  message: "the server resumed an unknown session",
};

/** For a CONNECT that means to come back to a session which cannot outlive the connection, or undefined. */
export function shortSessionWarning(connect: ConnectPacket, sessionBehavior: SessionBehavior): Warning | undefined {
  if (sessionBehavior === "clean" || (connect.sessionExpiryInterval ?? 0) > 0) {
    return undefined;
  }
  return {
    type: "warning",
    code: "SESSION_EXPIRY_ZERO",
    message: `sessionBehavior is ${sessionBehavior}, but sessionExpiryInterval is 0`,
  };
}
