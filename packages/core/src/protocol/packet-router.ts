/** Hands each packet of an established connection to the part that it concerns; throws what the server did wrong. */

import type { ServerPacket } from "../codec/client-codec.js";
import { ProtocolViolationError } from "../errors.js";
import type { Connection } from "./connection.js";
import type { Inbound } from "./inbound.js";
import type { OutboundAcknowledgements } from "./outbound-acknowledgements.js";

/** Handles one packet after CONNACK. DISCONNECT is not among them: it ends the connection, not the session. */
export function routePacket(
  inbound: Inbound,
  acknowledgements: OutboundAcknowledgements,
  connection: Connection,
  packet: ServerPacket,
): void {
  if (!connection.allowsProblemInformation) {
    checkProblemInformation(packet);
  }
  switch (packet.type) {
    case "publish":
      inbound.handlePublish(connection, packet);
      return;
    case "puback":
      acknowledgements.handlePuback(connection, packet);
      return;
    case "pubrec":
      acknowledgements.handlePubrec(connection, packet);
      return;
    case "pubrel":
      inbound.handlePubrel(connection, packet);
      return;
    case "pubcomp":
      acknowledgements.handlePubcomp(connection, packet);
      return;
    case "suback":
      acknowledgements.handleSuback(packet);
      return;
    case "unsuback":
      acknowledgements.handleUnsuback(packet);
      return;
    case "pingresp":
      connection.keepAlive.handlePingresp();
      return;
    case "disconnect":
      return;
    case "connack":
      throw new ProtocolViolationError("a second CONNACK", "MQTT-3.2.0-2");
    case "auth":
      throw new ProtocolViolationError("AUTH without an authentication method in CONNECT", "MQTT-4.12.0-6");
  }
}

/** Problem information was declined: only PUBLISH, CONNACK and DISCONNECT may carry it (MQTT-3.1.2-29). */
function checkProblemInformation(packet: ServerPacket): void {
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
