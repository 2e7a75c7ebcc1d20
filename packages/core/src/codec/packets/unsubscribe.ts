import * as PacketType from "../packet-type.js";
import { decodeProperties, encodeProperties, type Mutable } from "../properties/property-block.js";
import { inUnsubscribe } from "../properties/property-carriers.js";
import { violation } from "../violations.js";
import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import { readTopicFilter } from "./layouts/topic-filter.js";
import type { UserProperties } from "./layouts/user-property.js";

/**
 * An UNSUBSCRIBE: the request of a client to end subscriptions.
 *
 * See [section 3.10](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901179).
 */
export interface UnsubscribePacket extends UserProperties {
  /** The packet type. */
  readonly type: "unsubscribe";
  /** The packet identifier: 1 to 65,535. */
  readonly packetId: number;
  /** The topic filters, at least one. */
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
