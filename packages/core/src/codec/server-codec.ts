/**
 * What a server speaks: the mirror image of `client-codec.ts`, for scripted peers and tests. Nothing that an application
 * bundles imports this module.
 */
import type { ByteWriter } from "./wire/byte-writer.js";
import type { ServerPacket } from "./client-codec.js";
import { fixedFlags, type PacketTable } from "./packet-table.js";
import * as PacketType from "./packet-type.js";
import { encodeAcknowledgementPacket, pubrelFlags } from "./packets/layouts/acknowledgement.js";
import { decodeClientAuth, encodeAuth, type AuthPacket } from "./packets/auth.js";
import { encodeConnack } from "./packets/connack.js";
import { decodeConnect, type ConnectPacket } from "./packets/connect.js";
import { decodeClientDisconnect, encodeDisconnect, type DisconnectPacket } from "./packets/disconnect.js";
import { decodePingreq, type PingreqPacket } from "./packets/pingreq.js";
import { encodePingresp } from "./packets/pingresp.js";
import { decodePuback, type PubackPacket } from "./packets/puback.js";
import { decodePubcomp, type PubcompPacket } from "./packets/pubcomp.js";
import { checkPublishFlags, decodeClientPublish, encodeServerPublish, type PublishPacket } from "./packets/publish.js";
import { decodePubrec, type PubrecPacket } from "./packets/pubrec.js";
import { decodePubrel, type PubrelPacket } from "./packets/pubrel.js";
import { encodeSuback } from "./packets/suback.js";
import { decodeSubscribe, subscribeFlags, type SubscribePacket } from "./packets/subscribe.js";
import { encodeUnsuback } from "./packets/unsuback.js";
import { decodeUnsubscribe, unsubscribeFlags, type UnsubscribePacket } from "./packets/unsubscribe.js";

/** A packet of a client, as a server receives it. */
export type ReceivedClientPacket =
  | ConnectPacket
  | PublishPacket
  | PubackPacket
  | PubrecPacket
  | PubrelPacket
  | PubcompPacket
  | SubscribePacket
  | UnsubscribePacket
  | PingreqPacket
  | DisconnectPacket
  | AuthPacket;

/** How everything that a client sends is read, by packet type. */
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

/** Writes any packet that a server sends. */
export function encodeServerPacket(writer: ByteWriter, packet: ServerPacket): void {
  switch (packet.type) {
    case "connack":
      return encodeConnack(writer, packet);
    case "publish":
      return encodeServerPublish(writer, packet);
    case "puback":
    case "pubrec":
    case "pubrel":
    case "pubcomp":
      return encodeAcknowledgementPacket(writer, packet);
    case "suback":
      return encodeSuback(writer, packet);
    case "unsuback":
      return encodeUnsuback(writer, packet);
    case "pingresp":
      return encodePingresp(writer);
    case "disconnect":
      return encodeDisconnect(writer, packet);
    case "auth":
      return encodeAuth(writer, packet);
  }
}
