import type { ServerPacket } from "../codec/client-codec.js";
import { ProtocolViolationError } from "../errors.js";

/** Problem information was declined: only PUBLISH, CONNACK and DISCONNECT may carry it (MQTT-3.1.2-29). */
export function checkProblemInformation(packet: ServerPacket): void {
  switch (packet.type) {
    case "puback":
    case "pubrec":
    case "pubrel":
    case "pubcomp":
    case "suback":
    case "unsuback":
    case "auth":
      if (packet.reasonString !== undefined || packet.userProperties !== undefined) {
        throw new ProtocolViolationError(`problem information in ${packet.type}, though declined`, "MQTT-3.1.2-29");
      }
      return;
    case "publish":
    case "connack":
    case "disconnect":
    case "pingresp":
      return;
  }
}
