/**
 * Reads what the client wrote: cuts it into packets by hand and has `mqtt-packet` read each, apart from the codec under
 * test. Each packet is also told in a few words, for tests to compare.
 */
import { type Packet, parser } from "mqtt-packet";

/** One packet of the client. */
export interface ClientWirePacket {
  /** The connection attempt on which it was written. */
  readonly attempt: number;
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly packet: Packet;
  /** Such as `publish #1 q1 dup topic`. */
  readonly text: string;
}

/** Cuts one connection's stream into packets. */
export class WireReader {
  #rest = new Uint8Array(0);

  /** Takes bytes, gives the packets that they complete. */
  read(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly packet: Packet; readonly text: string }[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const packets = [];
    for (let length = packetLength(this.#rest); length <= this.#rest.length; length = packetLength(this.#rest)) {
      const packetBytes = this.#rest.slice(0, length);
      this.#rest = this.#rest.subarray(length);
      const packet = parse(packetBytes);
      packets.push({ bytes: packetBytes, packet, text: describePacket(packet) });
    }
    return packets;
  }

  /** Bytes of a packet that is not complete. */
  get rest(): number {
    return this.#rest.length;
  }
}

/** The length of the first packet; Infinity when its header is not complete. */
function packetLength(bytes: Uint8Array): number {
  let length = 0;
  for (let index = 1; index <= 4; index += 1) {
    const byte = bytes[index];
    if (byte === undefined) {
      return Infinity;
    }
    length += (byte & 0x7f) * 128 ** (index - 1);
    if (byte < 0x80) {
      return 1 + index + length;
    }
  }
  throw new Error("the client wrote a remaining length of more than four bytes");
}

function parse(bytes: Uint8Array): Packet {
  const packets: Packet[] = [];
  const reader = parser({ protocolVersion: 5 });
  reader.on("packet", (packet) => packets.push(packet));
  reader.on("error", (error: unknown) => {
    throw error instanceof Error ? error : new Error(String(error));
  });
  reader.parse(Buffer.from(bytes));
  const [packet] = packets;
  if (packet === undefined || packets.length > 1) {
    throw new Error(`not one packet: ${Buffer.from(bytes).toString("hex")}`);
  }
  return packet;
}

function describePacket(packet: Packet): string {
  const id = packet.messageId === undefined ? "" : ` #${packet.messageId}`;
  switch (packet.cmd) {
    case "connect":
      return `connect ${packet.clean === true ? "clean" : "resume"}`;
    case "publish": {
      const flags = `${packet.dup ? " dup" : ""}${packet.retain ? " retain" : ""}`;
      return `publish${id} q${packet.qos}${flags} ${packet.topic}`;
    }
    case "puback":
    case "pubrec":
    case "pubrel":
    case "pubcomp":
    case "disconnect": {
      const code = packet.reasonCode ?? 0;
      return `${packet.cmd}${id}${code === 0 ? "" : ` 0x${code.toString(16)}`}`;
    }
    case "subscribe":
      return `subscribe${id} ${packet.subscriptions.map(({ topic }) => topic).join(" ")}`;
    case "unsubscribe":
      return `unsubscribe${id} ${packet.unsubscriptions.join(" ")}`;
    case "pingreq":
    case "auth":
      return packet.cmd;
    case "connack":
    case "pingresp":
    case "suback":
    case "unsuback":
      throw new Error(`a client never sends ${packet.cmd}`);
  }
}
