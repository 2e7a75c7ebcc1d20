import * as PacketType from "../packet-type.js";
import { decodeProperties, encodeProperties, type Mutable } from "../properties/property-block.js";
import { inUnsubscribe } from "../properties/property-carriers.js";
import { violation } from "../violations.js";
import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import { readTopicFilter } from "./layouts/topic-filter.js";
import type { UserProperties } from "./layouts/user-property.js";

/** Client unsubscribes (section 3.10). */
export interface UnsubscribePacket extends UserProperties {
  readonly type: "unsubscribe";
  readonly packetId: number;
  /** At least one. */
  readonly topicFilters: readonly string[];
}

/** The flags of UNSUBSCRIBE (MQTT-3.10.1-1). */
export const unsubscribeFlags = 0b0010;

export function encodeUnsubscribe(writer: ByteWriter, packet: UnsubscribePacket): void {
  writer.openPacket((PacketType.Unsubscribe << 4) | unsubscribeFlags);
  writer.twoByteInteger(packet.packetId);
  encodeProperties(writer, inUnsubscribe, packet);
  for (const topicFilter of packet.topicFilters) {
    writer.field(topicFilter); // MQTT-3.10.3-1
  }
  writer.closePacket();
}

export function decodeUnsubscribe(reader: ByteReader): UnsubscribePacket {
  const topicFilters: string[] = [];
  const packet: Mutable<UnsubscribePacket> = {
    type: "unsubscribe",
    packetId: reader.packetId("MQTT-2.2.1-3"),
    topicFilters,
  };
  decodeProperties(reader, inUnsubscribe, packet); // MQTT-2.2.2-1
  if (reader.isAtEnd()) {
    throw violation("UNSUBSCRIBE without a topic filter", "MQTT-3.10.3-2");
  }
  while (!reader.isAtEnd()) {
    topicFilters.push(readTopicFilter(reader));
  }
  return packet;
}
