/**
 * Encodes a packet of any type, for scripted peers and tests.
 *
 * A client knows the type of each packet that it sends and calls the encoder of that packet. Its bundle does not
 * contain this file.
 */
import type { ClientPacket } from "./client-packets.js";
import { encodeAuth } from "./packets/auth.js";
import { encodeConnack } from "./packets/connack.js";
import { encodeConnect } from "./packets/connect.js";
import { encodeDisconnect } from "./packets/disconnect.js";
import { encodeAcknowledgementPacket } from "./packets/layouts/acknowledgement.js";
import { encodePingreq } from "./packets/pingreq.js";
import { encodePingresp } from "./packets/pingresp.js";
import { encodePublish, encodeServerPublish } from "./packets/publish.js";
import { encodeSuback } from "./packets/suback.js";
import { encodeSubscribe } from "./packets/subscribe.js";
import { encodeUnsuback } from "./packets/unsuback.js";
import { encodeUnsubscribe } from "./packets/unsubscribe.js";
import type { ServerPacket } from "./server-packets.js";
import type { ByteWriter } from "./wire/byte-writer.js";

/** Encodes a packet that a client sends. */
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

/** Encodes a packet that a server sends. */
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
