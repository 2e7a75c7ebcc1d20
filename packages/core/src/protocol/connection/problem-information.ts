import type { ServerPacket } from "../../codec/server-packets.js";
import { ProtocolViolationError } from "../../errors.js";

/** Rejects declined problem information: only PUBLISH, CONNACK and DISCONNECT may carry it (MQTT-3.1.2-29). */
export function checkProblemInformation(packet: ServerPacket): void {
  const { type } = packet;
  const isAllowed = type === "publish" || type === "connack" || type === "disconnect";
  if (!isAllowed && ("reasonString" in packet || "userProperties" in packet)) {
    throw new ProtocolViolationError(`${type} with problem information`, "MQTT-3.1.2-29");
  }
}
