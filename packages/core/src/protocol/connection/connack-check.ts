/** Checks the CONNACK of an attempt (section 3.2), and has the warnings about its session. */

import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import { ConnectReasonCode } from "../../codec/reason-codes.js";
import { ProtocolViolationError, type MqttError } from "../../errors.js";
import { ConnectRejectedError } from "../errors/connection-errors.js";
import type { EngineEvent } from "../engine-event.js";
import type { SessionBehavior } from "./connect-packet.js";

/** Gives the error of a CONNACK that makes no connection, or undefined. */
export function connackProblem(connect: ConnectPacket, connack: ConnackPacket): MqttError | undefined {
  if (connack.reasonCode !== ConnectReasonCode.Success) {
    return new ConnectRejectedError(connack);
  }
  if (connack.sessionPresent && connect.cleanStart) {
    return new ProtocolViolationError("Session Present after a Clean Start", "MQTT-3.2.2-4").inPhase("connack");
  }
  if (connack.authenticationMethod !== connect.authenticationMethod) {
    const statement = connect.authenticationMethod === undefined ? "MQTT-4.12.0-6" : "MQTT-4.12.0-5";
    return new ProtocolViolationError("CONNACK with another method than CONNECT", statement).inPhase("connack");
  }
  return undefined;
}

type Warning = Extract<EngineEvent, { readonly type: "warning" }>;

/** The warning for a session of the server that this client did not know. */
export const sessionAdoptedWarning: Warning = {
  type: "warning",
  code: "SESSION_ADOPTED",
  message: "the server resumed an unknown session",
};

/** Makes the warning for a CONNECT that relies on a session which cannot outlive the connection. */
export function shortSessionWarning(sessionBehavior: SessionBehavior): Warning {
  return {
    type: "warning",
    code: "SESSION_EXPIRY_ZERO",
    message: `sessionBehavior is ${sessionBehavior}, but sessionExpiryInterval is 0`,
  };
}
