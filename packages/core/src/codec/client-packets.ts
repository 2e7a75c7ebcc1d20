/**
 * The packets that a client sends, and the table by which a server reads them. `server-packets.ts` is the other side.
 *
 * Scripted peers and tests read packets of a client. A client does not, so its bundle does not contain this file.
 */
import { fixedFlags, type PacketTable } from "./packet-table.js";
import * as PacketType from "./packet-type.js";
import { decodeClientAuth, type AuthPacket } from "./packets/auth.js";
import { decodeConnect, type ConnectPacket } from "./packets/connect.js";
import { decodeClientDisconnect, type DisconnectPacket } from "./packets/disconnect.js";
import { pubrelFlags } from "./packets/layouts/acknowledgement.js";
import { decodePingreq, type PingreqPacket } from "./packets/pingreq.js";
import { decodePuback, type PubackPacket } from "./packets/puback.js";
import { decodePubcomp, type PubcompPacket } from "./packets/pubcomp.js";
import {
  checkPublishFlags,
  decodeClientPublish,
  type OutboundPublishPacket,
  type PublishPacket,
} from "./packets/publish.js";
import { decodePubrec, type PubrecPacket } from "./packets/pubrec.js";
import { decodePubrel, type PubrelPacket } from "./packets/pubrel.js";
import { decodeSubscribe, subscribeFlags, type SubscribePacket } from "./packets/subscribe.js";
import { decodeUnsubscribe, unsubscribeFlags, type UnsubscribePacket } from "./packets/unsubscribe.js";

/** A packet that a client sends and a server reads in the same form: all but PUBLISH. */
type PlainClientPacket =
  | ConnectPacket
  | PubackPacket
  | PubrecPacket
  | PubrelPacket
  | PubcompPacket
  | SubscribePacket
  | UnsubscribePacket
  | PingreqPacket
  | DisconnectPacket
  | AuthPacket;

/** A packet that a client sends. */
export type ClientPacket = OutboundPublishPacket | PlainClientPacket;

/** A packet of a client as a server reads it. */
export type ReceivedClientPacket = PublishPacket | PlainClientPacket;

/** The table by which a server reads the packets of a client. */
export const clientPackets: PacketTable<ReceivedClientPacket> = {
  sizeStatement: "MQTT-3.2.2-15",
  forms: {
    [PacketType.Connect]: fixedFlags(decodeConnect),
    [PacketType.Publish]: { checkFlags: checkPublishFlags, decode: decodeClientPublish },
    [PacketType.Puback]: fixedFlags(decodePuback),
    [PacketType.Pubrec]: fixedFlags(decodePubrec),
    [PacketType.Pubrel]: fixedFlags(decodePubrel, pubrelFlags, "MQTT-3.6.1-1"),
    [PacketType.Pubcomp]: fixedFlags(decodePubcomp),
    [PacketType.Subscribe]: fixedFlags(decodeSubscribe, subscribeFlags, "MQTT-3.8.1-1"),
    [PacketType.Unsubscribe]: fixedFlags(decodeUnsubscribe, unsubscribeFlags, "MQTT-3.10.1-1"),
    [PacketType.Pingreq]: fixedFlags(decodePingreq),
    [PacketType.Disconnect]: fixedFlags(decodeClientDisconnect, 0, "MQTT-3.14.1-1"),
    [PacketType.Auth]: fixedFlags(decodeClientAuth, 0, "MQTT-3.15.1-1"),
  },
};
