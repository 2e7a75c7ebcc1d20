/**
 * What a client speaks: how it writes each packet that it may send, and the table of what it may receive. The mirror
 * image is `server-codec.ts`, which no application needs.
 */
import type { ByteWriter } from "./wire/byte-writer.js";
import { fixedFlags, type PacketTable } from "./packet-table.js";
import * as PacketType from "./packet-type.js";
import {
  encodeAcknowledgement,
  encodeAcknowledgementPacket,
  pubrelFlags,
  type AcknowledgementType,
} from "./packets/layouts/acknowledgement.js";
import { decodeAuth, encodeAuth, type AuthPacket } from "./packets/auth.js";
import { decodeConnack, type ConnackPacket } from "./packets/connack.js";
import { encodeConnect, type ConnectPacket } from "./packets/connect.js";
import { decodeDisconnect, encodeDisconnect, type DisconnectPacket } from "./packets/disconnect.js";
import { encodePingreq, type PingreqPacket } from "./packets/pingreq.js";
import { decodePingresp, type PingrespPacket } from "./packets/pingresp.js";
import { decodePuback, type PubackPacket } from "./packets/puback.js";
import { decodePubcomp, type PubcompPacket } from "./packets/pubcomp.js";
import {
  checkPublishFlags,
  decodePublish,
  encodePublish,
  publishSize,
  type OutboundPublishPacket,
  type PublishPacket,
} from "./packets/publish.js";
import { decodePubrec, type PubrecPacket } from "./packets/pubrec.js";
import { decodePubrel, type PubrelPacket } from "./packets/pubrel.js";
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
  sizeStatement: "MQTT-3.1.2-24",
  forms: {
    [PacketType.Connack]: fixedFlags(decodeConnack),
    [PacketType.Publish]: { checkFlags: checkPublishFlags, decode: decodePublish },
    [PacketType.Puback]: fixedFlags(decodePuback),
    [PacketType.Pubrec]: fixedFlags(decodePubrec),
    [PacketType.Pubrel]: fixedFlags(decodePubrel, pubrelFlags, "MQTT-3.6.1-1"),
    [PacketType.Pubcomp]: fixedFlags(decodePubcomp),
    [PacketType.Suback]: fixedFlags(decodeSuback),
    [PacketType.Unsuback]: fixedFlags(decodeUnsuback),
    [PacketType.Pingresp]: fixedFlags(decodePingresp),
    [PacketType.Disconnect]: fixedFlags(decodeDisconnect, 0, "MQTT-3.14.1-1"),
    [PacketType.Auth]: fixedFlags(decodeAuth, 0, "MQTT-3.15.1-1"),
  },
};

/** Writes any packet that a client sends. */
export function encodeClientPacket(writer: ByteWriter, packet: ClientPacket): void {
  switch (packet.type) {
    case "connect":
      return encodeConnect(writer, packet);
    case "publish":
      return encodePublish(writer, packet, packet.packetId ?? 0, packet.dup);
    case "puback":
    case "pubrec":
    case "pubrel":
    case "pubcomp":
      return encodeAcknowledgementPacket(writer, packet);
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
