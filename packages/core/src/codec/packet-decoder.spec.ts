import { describe, expect, test } from "@jest/globals";
import { bytesOf, hexOf, joined, refusalOf, serverBytes } from "../../test/vectors/wire.js";
import { clientPackets } from "./client-packets.js";
import { serverPackets, type ServerPacket } from "./server-packets.js";
import { PacketDecoder } from "./packet-decoder.js";
import type { PublishPacket } from "./packets/publish.js";

function publishOf(length: number, topic = "a"): PublishPacket {
  const payload = Uint8Array.from({ length }, (_, index) => (index * 7) & 255);
  return { type: "publish", topic, payload, qos: 1, retain: false, dup: false, packetId: 1 };
}

const six: readonly ServerPacket[] = [
  { type: "connack", sessionPresent: false, reasonCode: 0, receiveMaximum: 10 },
  publishOf(300),
  { type: "pingresp" },
  { type: "puback", packetId: 3, reasonCode: 0 },
  publishOf(0),
  { type: "disconnect", reasonCode: 0x8b, reasonString: "bye" },
];

function drain(decoder: PacketDecoder<ServerPacket>): ServerPacket[] {
  const packets: ServerPacket[] = [];
  for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
    packets.push(packet);
  }
  return packets;
}

function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.slice(index * size, (index + 1) * size),
  );
}

/** Decodes chunks one after the other, each overwritten as soon as its packets are out. */
function decode(chunks: readonly Uint8Array[]): ServerPacket[] {
  const decoder = new PacketDecoder(serverPackets);
  return chunks.flatMap((chunk) => {
    decoder.push(chunk);
    const packets = drain(decoder);
    chunk.fill(0xff);
    return packets;
  });
}

describe("MQTT-4.2-1: a stream, however it is cut", () => {
  test.each([1, 2, 3, 7, 100, 1000])("in pieces of %d bytes", (size) => {
    expect(decode(pieces(serverBytes(...six), size))).toStrictEqual(six);
  });

  test("in two pieces, cut at every place", () => {
    const bytes = serverBytes(...six);
    for (let cut = 1; cut < bytes.length; cut++) {
      expect(decode([bytes.slice(0, cut), bytes.slice(cut)])).toStrictEqual(six);
    }
  });

  test("with empty chunks in between", () => {
    const chunks = pieces(serverBytes(...six), 5).flatMap((piece) => [new Uint8Array(0), piece]);
    expect(decode(chunks)).toStrictEqual(six);
  });

  test("pushed as a whole before the first packet is asked for", () => {
    const decoder = new PacketDecoder(serverPackets);
    for (const piece of pieces(serverBytes(...six), 3)) {
      decoder.push(piece);
    }
    expect(drain(decoder)).toStrictEqual(six);
  });

  test("in views of larger buffers, whose other bytes are not read", () => {
    const bytes = serverBytes(...six);
    const around = new Uint8Array(bytes.length + 20).fill(0xff);
    around.set(bytes, 10);
    for (const view of [around.subarray(10, 10 + bytes.length), Buffer.from(around.buffer, 10, bytes.length)]) {
      const decoder = new PacketDecoder(serverPackets);
      decoder.push(view);
      expect(drain(decoder)).toStrictEqual(six);
    }
  });

  test.each([511, 512, 513, 20_000, 100_000])("a payload of %d bytes over many chunks", (length) => {
    const packets = [publishOf(length), publishOf(3), publishOf(length, "b".repeat(length >> 1))].filter(
      ({ topic }) => topic.length <= 65_535,
    );
    expect(decode(pieces(serverBytes(...packets), 1000))).toStrictEqual(packets);
  });
});

describe("whether the stream is inside a packet", () => {
  test("is told byte by byte", () => {
    const decoder = new PacketDecoder(serverPackets);
    const seen = Array.from(bytesOf("40 02 00 01 d0 00"), (byte) => {
      decoder.push(Uint8Array.of(byte));
      const packet = decoder.next();
      return [packet?.type, decoder.isInsidePacket];
    });
    expect(seen).toStrictEqual([
      [undefined, true],
      [undefined, true],
      [undefined, true],
      ["puback", false],
      [undefined, true],
      ["pingresp", false],
    ]);
  });
});

describe("the maximum packet size", () => {
  const message = serverBytes(publishOf(100));

  test("MQTT-3.1.2-24: a packet of just that size is taken, a larger one is refused with 0x95", () => {
    const fits = new PacketDecoder(serverPackets, message.length);
    fits.push(message);
    expect(drain(fits)).toHaveLength(1);
    const small = new PacketDecoder(serverPackets, message.length - 1);
    small.push(message);
    expect(refusalOf(() => small.next())).toStrictEqual(["violation", "95", "MQTT-3.1.2-24"]);
  });

  test("MQTT-3.1.2-24: it is judged by the header alone", () => {
    const decoder = new PacketDecoder(serverPackets, 200_000);
    decoder.push(bytesOf("30 80 80 80"));
    expect(decoder.next()).toBeUndefined();
    decoder.push(bytesOf("01"));
    expect(refusalOf(() => decoder.next())).toStrictEqual(["violation", "95", "MQTT-3.1.2-24"]);
  });

  test("MQTT-3.2.2-15: a client's packet is judged likewise", () => {
    const decoder = new PacketDecoder(clientPackets, 3);
    decoder.push(bytesOf("40 02 00 01"));
    expect(refusalOf(() => decoder.next())).toStrictEqual(["violation", "95", "MQTT-3.2.2-15"]);
  });
});

describe("an error", () => {
  test("comes after the packets before it", () => {
    const decoder = new PacketDecoder(serverPackets);
    decoder.push(bytesOf("d0 00 00 00 d0 00"));
    expect(decoder.next()).toStrictEqual({ type: "pingresp" });
    expect(refusalOf(() => decoder.next())).toStrictEqual(["malformed", "81", "2.1.2"]);
  });

  test("in the first byte comes before anything else has arrived", () => {
    for (const firstByte of [0x00, 0x10, 0x21, 0x36, 0x38, 0x60, 0x82]) {
      const decoder = new PacketDecoder(serverPackets);
      decoder.push(Uint8Array.of(firstByte));
      expect(refusalOf(() => decoder.next())).not.toBe("accepted");
    }
  });

  test("in the length comes with the byte that is wrong", () => {
    const decoder = new PacketDecoder(serverPackets);
    for (const byte of bytesOf("30 80 80 80")) {
      decoder.push(Uint8Array.of(byte));
      expect(decoder.next()).toBeUndefined();
    }
    decoder.push(Uint8Array.of(0x80));
    expect(refusalOf(() => decoder.next())).toStrictEqual(["malformed", "81", "1.5.5"]);
  });
});

describe("memory", () => {
  test("payloads are plain arrays, whatever the chunks are", () => {
    for (const length of [0, 10, 64, 65, 5000]) {
      const decoder = new PacketDecoder(serverPackets);
      decoder.push(Buffer.from(serverBytes(publishOf(length))));
      expect(drain(decoder)).toStrictEqual([publishOf(length)]);
    }
  });

  test("a delivered payload keeps no receive buffer alive", () => {
    for (const length of [1, 64, 65, 4096, 4097, 60_000]) {
      const whole = new Uint8Array(1_000_000);
      const bytes = serverBytes(publishOf(length));
      whole.set(bytes);
      const decoder = new PacketDecoder(serverPackets);
      decoder.push(whole.subarray(0, bytes.length));
      const packet = decoder.next();
      const held = packet?.type === "publish" ? packet.payload.buffer.byteLength : Number.NaN;
      expect(held).toBeLessThanOrEqual(Math.max(16_384, length));
    }
  });

  test("a message longer than its chunks is written once, into an array that it shares with its own header alone", () => {
    const decoder = new PacketDecoder(serverPackets);
    const bytes = serverBytes(publishOf(100_000));
    const packets = pieces(bytes, 16_384).flatMap((chunk) => {
      decoder.push(chunk);
      return drain(decoder);
    });
    const [packet] = packets;
    expect(packet?.type === "publish" && packet.payload.buffer.byteLength).toBe(bytes.length);
  });

  test("a message whose header is longer than its payload does not keep that header", () => {
    const decoder = new PacketDecoder(serverPackets);
    const [first, second] = pieces(serverBytes(publishOf(10, "t".repeat(5000))), 4000);
    decoder.push(first ?? new Uint8Array(0));
    expect(decoder.next()).toBeUndefined();
    decoder.push(second ?? new Uint8Array(0));
    const packet = decoder.next();
    expect(packet?.type === "publish" && packet.payload.buffer.byteLength).toBe(10);
  });

  test.each([65, 1_000, 4_096])("two payloads of %d bytes in one chunk share no memory", (length) => {
    const payloads = decode([serverBytes(publishOf(length), publishOf(length))]).flatMap((packet) =>
      packet.type === "publish" ? [packet.payload] : [],
    );
    expect(payloads.map(({ buffer }) => buffer.byteLength)).toStrictEqual([length, length]);
  });

  test("the memory for payloads is the one that the platform gives", () => {
    const lengths: number[] = [];
    const memory = {
      copy: (bytes: Uint8Array, start: number, end: number) => {
        lengths.push(end - start);
        return bytes.slice(start, end);
      },
    };
    const decoder = new PacketDecoder(serverPackets, Infinity, memory);
    decoder.push(serverBytes(publishOf(100), publishOf(5)));
    expect(drain(decoder)).toStrictEqual([publishOf(100), publishOf(5)]);
    expect(lengths).toStrictEqual([100, 5]);
  });

  test("what a header announces is not allocated before it arrives", () => {
    const before = process.memoryUsage().arrayBuffers;
    const decoders = Array.from({ length: 8 }, () => new PacketDecoder(serverPackets));
    for (const decoder of decoders) {
      decoder.push(joined([bytesOf("30 ff ff ff 7f"), new Uint8Array(1000)]));
      expect([decoder.next(), decoder.isInsidePacket]).toStrictEqual([undefined, true]);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
  });

  test("a topic decoded from one chunk is right when it comes again in another", () => {
    const topics = ["sensors/one", "sensors/two", "sensors/ünø"];
    const packets = Array.from({ length: 300 }, (_, index) => publishOf(1, topics[index % 3] ?? ""));
    expect(decode(pieces(serverBytes(...packets), 50))).toStrictEqual(packets);
    expect(hexOf(serverBytes(publishOf(1, "sensors/ünø")))).toContain("c3 bc");
  });
});
