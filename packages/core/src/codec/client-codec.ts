/**
 * What a client speaks: how it writes each packet that it may send, and the table of what it may receive. The mirror
 * image is `server-codec.ts`, which no application needs.
 */
import { ByteWriter } from "./byte-writer.js";
import { fixedFlags, type PacketTable } from "./packet-table.js";
import { encodeAcknowledgement, type AcknowledgementType } from "./packets/acknowledgement.js";
import { decodeAuth, encodeAuth, type AuthPacket } from "./packets/auth.js";
import { decodeConnack, type ConnackPacket } from "./packets/connack.js";
import { encodeConnect, type ConnectPacket } from "./packets/connect.js";
import { decodeDisconnect, encodeDisconnect, type DisconnectPacket } from "./packets/disconnect.js";
import { encodePingreq, type PingreqPacket } from "./packets/pingreq.js";
import { decodePingresp, type PingrespPacket } from "./packets/pingresp.js";
import { decodePuback, encodePuback, type PubackPacket } from "./packets/puback.js";
import { decodePubcomp, encodePubcomp, type PubcompPacket } from "./packets/pubcomp.js";
import {
  checkPublishFlags,
  decodePublish,
  encodePublish,
  publishSize,
  type OutboundPublishPacket,
  type PublishPacket,
} from "./packets/publish.js";
import { decodePubrec, encodePubrec, type PubrecPacket } from "./packets/pubrec.js";
import { decodePubrel, encodePubrel, type PubrelPacket } from "./packets/pubrel.js";
import { decodeSuback, type SubackPacket } from "./packets/suback.js";
import { encodeSubscribe, type SubscribePacket } from "./packets/subscribe.js";
import { decodeUnsuback, type UnsubackPacket } from "./packets/unsuback.js";
import { encodeUnsubscribe, type UnsubscribePacket } from "./packets/unsubscribe.js";

export type { AcknowledgementType };
export {
  encodeAcknowledgement,
  encodeAuth,
  encodeConnect,
  encodeDisconnect,
  encodePingreq,
  encodePublish,
  encodeSubscribe,
  encodeUnsubscribe,
  publishSize,
};

/** A packet that a client sends. */
export type ClientPacket =
  | ConnectPacket
  | OutboundPublishPacket
  | PubackPacket
  | PubrecPacket
  | PubrelPacket
  | PubcompPacket
  | SubscribePacket
  | UnsubscribePacket
  | PingreqPacket
  | DisconnectPacket
  | AuthPacket;

/** A packet that a server sends. */
export type ServerPacket =
  | ConnackPacket
  | PublishPacket
  | PubackPacket
  | PubrecPacket
  | PubrelPacket
  | PubcompPacket
  | SubackPacket
  | UnsubackPacket
  | PingrespPacket
  | DisconnectPacket
  | AuthPacket;

/** How everything that a server sends is read, by packet type. */
export const serverPackets: PacketTable<ServerPacket> = {
  sender: "server",
  sizeStatement: "MQTT-3.1.2-24",
  forms: [
    undefined,
    undefined, // CONNECT
    fixedFlags<ServerPacket>(0, "MQTT-2.1.3-1", decodeConnack),
    { checkFlags: checkPublishFlags, decode: decodePublish },
    fixedFlags<ServerPacket>(0, "MQTT-2.1.3-1", decodePuback),
    fixedFlags<ServerPacket>(0, "MQTT-2.1.3-1", decodePubrec),
    fixedFlags<ServerPacket>(0b0010, "MQTT-3.6.1-1", decodePubrel),
    fixedFlags<ServerPacket>(0, "MQTT-2.1.3-1", decodePubcomp),
    undefined, // SUBSCRIBE
    fixedFlags<ServerPacket>(0, "MQTT-2.1.3-1", decodeSuback),
    undefined, // UNSUBSCRIBE
    fixedFlags<ServerPacket>(0, "MQTT-2.1.3-1", decodeUnsuback),
    undefined, // PINGREQ
    fixedFlags<ServerPacket>(0, "MQTT-2.1.3-1", decodePingresp),
    fixedFlags<ServerPacket>(0, "MQTT-3.14.1-1", decodeDisconnect),
    fixedFlags<ServerPacket>(0, "MQTT-3.15.1-1", decodeAuth),
  ],
};

/** Writes any packet that a client sends. */
export function encodeClientPacket(writer: ByteWriter, packet: ClientPacket): void {
  switch (packet.type) {
    case "connect":
      return encodeConnect(writer, packet);
    case "publish":
      return encodePublish(writer, packet);
    case "puback":
      return encodePuback(writer, packet);
    case "pubrec":
      return encodePubrec(writer, packet);
    case "pubrel":
      return encodePubrel(writer, packet);
    case "pubcomp":
      return encodePubcomp(writer, packet);
    case "subscribe":
      return encodeSubscribe(writer, packet);
    case "unsubscribe":
      return encodeUnsubscribe(writer, packet);
    case "pingreq":
      return encodePingreq(writer);
    case "disconnect":
      return encodeDisconnect(writer, packet);
    case "auth":
      return encodeAuth(writer, packet);
  }
}

/** The size on the wire of any packet that a client sends. */
export function packetSize(packet: ClientPacket): number {
  if (packet.type === "publish") {
    return publishSize(packet);
  }
  const writer = new ByteWriter();
  encodeClientPacket(writer, packet);
  return writer.length;
}
