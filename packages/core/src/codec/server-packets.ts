/**
 * The packets that a server sends, and the table by which a client reads them. `client-packets.ts` is the other side.
 */
import { fixedFlags, type PacketTable } from "./packet-table.js";
import * as PacketType from "./packet-type.js";
import { decodeAuth, type AuthPacket } from "./packets/auth.js";
import { decodeConnack, type ConnackPacket } from "./packets/connack.js";
import { decodeDisconnect, type DisconnectPacket } from "./packets/disconnect.js";
import { pubrelFlags } from "./packets/layouts/acknowledgement.js";
import { decodePingresp, type PingrespPacket } from "./packets/pingresp.js";
import { decodePuback, type PubackPacket } from "./packets/puback.js";
import { decodePubcomp, type PubcompPacket } from "./packets/pubcomp.js";
import { checkPublishFlags, decodePublish, type ReceivedPublish } from "./packets/publish.js";
import { decodePubrec, type PubrecPacket } from "./packets/pubrec.js";
import { decodePubrel, type PubrelPacket } from "./packets/pubrel.js";
import { decodeSuback, type SubackPacket } from "./packets/suback.js";
import { decodeUnsuback, type UnsubackPacket } from "./packets/unsuback.js";

/** A packet that a server sends. */
export type ServerPacket =
  | ConnackPacket
  | ReceivedPublish
  | PubackPacket
  | PubrecPacket
  | PubrelPacket
  | PubcompPacket
  | SubackPacket
  | UnsubackPacket
  | PingrespPacket
  | DisconnectPacket
  | AuthPacket;

/** The table by which a client reads the packets of a server. */
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
