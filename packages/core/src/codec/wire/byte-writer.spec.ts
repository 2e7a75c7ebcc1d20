import { describe, expect, test } from "@jest/globals";
import { areEqual, bytesOf, hexOf, joined } from "../../../test/vectors/wire.js";
import { ByteWriter } from "./byte-writer.js";

/** Writes a packet that is nothing but a payload; its size on the wire is two to four bytes more. */
function writePayload(writer: ByteWriter, payload: Uint8Array | string): void {
  writer.openPacket(0x30, 0);
  writer.closePacketWith(payload);
}

/** The bytes of a packet with some content. */
function packetOf(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  writer.openPacket(0xc0, 300);
  write(writer);
  writer.closePacket();
  return joined(writer.take());
}

const filled = (length: number, byte: number) => new Uint8Array(length).fill(byte);

describe("what is handed over", () => {
  test("is all packets so far, in order, and nothing twice", () => {
    const writer = new ByteWriter();
    writePayload(writer, filled(2, 1));
    writePayload(writer, filled(1, 2));
    expect(writer.length).toBe(7);
    expect(hexOf(joined(writer.take()))).toBe("30 02 01 01 30 01 02");
    expect(writer.length).toBe(0);
    expect(writer.take()).toStrictEqual([]);
  });

  test("is never written again", () => {
    const writer = new ByteWriter();
    const taken: { chunk: Uint8Array; copy: Uint8Array }[] = [];
    for (let round = 0; round < 200; round++) {
      writePayload(writer, filled(round * 13, round));
      writer.openPacket(0x30, 0);
      writer.bytes(filled(100, 255));
      taken.push(...writer.take().map((chunk) => ({ chunk, copy: chunk.slice() })));
    }
    for (const { chunk, copy } of taken) {
      expect(chunk).toStrictEqual(copy);
    }
  });

  test("a payload of 64 KiB is copied, a larger one goes by reference", () => {
    const writer = new ByteWriter();
    const copied = filled(65_536, 1);
    const referred = filled(65_537, 2);
    writePayload(writer, copied);
    writePayload(writer, referred);
    writePayload(writer, filled(1, 3));
    expect(writer.length).toBe(4 + 65_536 + 4 + 65_537 + 3);
    const chunks = writer.take();
    expect(chunks).not.toContain(copied);
    expect(chunks).toContain(referred);
    const expected = joined([
      Uint8Array.of(0x30, 0x80, 0x80, 0x04),
      copied,
      Uint8Array.of(0x30, 0x81, 0x80, 0x04),
      referred,
      Uint8Array.of(0x30, 1, 3),
    ]);
    expect(areEqual(joined(chunks), expected)).toBe(true);
  });

  test("a text that is the payload is written whole, however full the buffer is", () => {
    for (let before = 1008; before <= 1024; before++) {
      const writer = new ByteWriter();
      writer.openPacket(0x30, 300);
      writer.bytes(filled(before, 5));
      writer.closePacketWith("aé");
      const bytes = joined(writer.take());
      expect(hexOf(bytes.subarray(bytes.length - 4))).toBe("05 61 c3 a9");
    }
  });

  test("a text that is the payload is written in UTF-8, short or long", () => {
    for (const text of ["", "aé😀", "é".repeat(30_000), "a".repeat(65_000), "a".repeat(70_000)]) {
      const writer = new ByteWriter();
      writePayload(writer, text);
      const bytes = joined(writer.take());
      const encoded = new TextEncoder().encode(text);
      expect(areEqual(bytes.subarray(bytes.length - encoded.length), encoded)).toBe(true);
    }
  });
});

describe("output memory", () => {
  const sizesOf = (chunks: readonly Uint8Array[]) => chunks.map((chunk) => chunk.buffer.byteLength);

  test("starts with a kibibyte", () => {
    const writer = new ByteWriter();
    writePayload(writer, filled(10, 0));
    expect(sizesOf(writer.take())).toStrictEqual([1024]);
  });

  test("grows to 64 KiB and no further, however much is written", () => {
    const writer = new ByteWriter();
    for (let count = 0; count < 3000; count++) {
      writePayload(writer, filled(100, 0));
    }
    const sizes = sizesOf(writer.take());
    expect(Math.max(...sizes)).toBe(65_536);
    expect(sizes.length).toBeLessThan(12);
  });

  test("of an idle writer is small again after a burst", () => {
    const writer = new ByteWriter();
    for (let count = 0; count < 3000; count++) {
      writePayload(writer, filled(100, 0));
    }
    const burst = new Set(writer.take().map((chunk) => chunk.buffer));
    writePayload(writer, filled(1, 0));
    const first = writer.take()[0];
    expect(first === undefined || burst.has(first.buffer)).toBe(false);
    writePayload(writer, filled(1, 0));
    expect(sizesOf(writer.take())).toStrictEqual([1024]);
  });

  test("is shared by small packets that are taken one by one", () => {
    const writer = new ByteWriter();
    const buffers = new Set<ArrayBufferLike>();
    for (let count = 0; count < 256; count++) {
      writePayload(writer, filled(62, 0));
      writer.take().forEach((chunk) => buffers.add(chunk.buffer));
    }
    const sizes = Array.from(buffers, ({ byteLength }) => byteLength);
    expect(sizes).toStrictEqual([1024, 4096, 4096, 4096, 4096]);
  });
});

describe("the length of a packet", () => {
  test.each([
    [0, "00"],
    [127, "7f"],
    [128, "80 01"],
    [16_383, "ff 7f"],
    [16_384, "80 80 01"],
    [2_097_151, "ff ff 7f"],
    [2_097_152, "80 80 80 01"],
  ])("MQTT-1.5.5-1: %d bytes have the length %s, whatever was expected", (length, hex) => {
    for (const expected of [0, length, 300_000]) {
      const writer = new ByteWriter();
      writer.openPacket(0xc0, expected);
      writer.bytes(filled(length, 7));
      writer.closePacket();
      const expectedBytes = joined([bytesOf(`c0 ${hex}`), filled(length, 7)]);
      expect(areEqual(joined(writer.take()), expectedBytes)).toBe(true);
    }
  });

  test.each([
    [0, "c0 03 01 00"],
    [125, "c0 80 01 01 7d"],
    [127, "c0 82 01 01 7f"],
    [128, "c0 84 01 01 80 01"],
    [16_384, "c0 85 80 01 01 80 80 01"],
  ])("a block of %d bytes has a length of its own", (length, header) => {
    const writer = new ByteWriter();
    writer.openPacket(0xc0, 0);
    writer.byte(1);
    const place = writer.openBlock();
    writer.bytes(filled(length, 2));
    writer.closeBlock(place);
    writer.byte(3);
    writer.closePacket();
    const expected = joined([bytesOf(header), filled(length, 2), Uint8Array.of(3)]);
    expect(areEqual(joined(writer.take()), expected)).toBe(true);
  });

  test("a packet of 268435455 bytes can be written", () => {
    const writer = new ByteWriter();
    writePayload(writer, new Uint8Array(268_435_455));
    expect(writer.length).toBe(268_435_460);
  });
});

describe("fields", () => {
  const fields: readonly (readonly [name: string, write: (writer: ByteWriter) => void, hex: string])[] = [
    ["a byte", (writer) => writer.byte(1), "01"],
    ["a two-byte integer", (writer) => writer.twoByteInteger(0x0102), "01 02"],
    ["a four-byte integer", (writer) => writer.fourByteInteger(0x0102_0304), "01 02 03 04"],
    ["a variable byte integer", (writer) => writer.variableByteInteger(268_435_455), "ff ff ff 7f"],
    ["short text", (writer) => writer.field("abc"), "00 03 61 62 63"],
    ["other text", (writer) => writer.field("é"), "00 02 c3 a9"],
    ["binary data", (writer) => writer.field(Uint8Array.of(9, 8)), "00 02 09 08"],
    ["bytes", (writer) => writer.bytes(Uint8Array.of(9, 8, 7)), "09 08 07"],
    ["a block", (writer) => writer.closeBlock(writer.openBlock()), "00"],
  ];

  test.each(fields)("%s is written whole, however full the buffer is", (_name, write, hex) => {
    for (let before = 1008; before <= 1024; before++) {
      const written = packetOf((writer) => {
        writer.bytes(filled(before, 5));
        write(writer);
      });
      const expected = packetOf((writer) => {
        writer.bytes(joined([filled(before, 5), bytesOf(hex)]));
      });
      expect(areEqual(written, expected)).toBe(true);
    }
  });
});

describe("integers and text", () => {
  test("are written most significant byte first", () => {
    const writer = new ByteWriter();
    writer.openPacket(0, 0);
    writer.byte(0xab);
    writer.twoByteInteger(0x0102);
    writer.fourByteInteger(0xfffe_fdfc);
    writer.variableByteInteger(268_435_455);
    writer.variableByteInteger(128);
    writer.closePacket();
    expect(hexOf(joined(writer.take()))).toBe("00 0d ab 01 02 ff fe fd fc ff ff ff 7f 80 01");
  });

  test.each(["", "a", "x".repeat(64), "x".repeat(65), "é".repeat(64), `${"x".repeat(63)}é`, "a".repeat(65_535)])(
    "a text has its length in bytes before it (%.10s)",
    (text) => {
      const writer = new ByteWriter();
      writer.openPacket(0, 0);
      writer.field(text);
      writer.closePacket();
      const bytes = joined(writer.take());
      const encoded = new TextEncoder().encode(text);
      const length = Uint8Array.of(encoded.length >> 8, encoded.length & 255);
      const field = bytes.subarray(bytes.length - encoded.length - 2);
      expect(areEqual(field, joined([length, encoded]))).toBe(true);
    },
  );

  test("binary data is read through its view", () => {
    const writer = new ByteWriter();
    const view = new Uint8Array(Uint8Array.of(9, 1, 2, 9).buffer, 1, 2);
    writer.openPacket(0, 0);
    writer.field(view);
    writer.bytes(view);
    writer.closePacket();
    expect(hexOf(joined(writer.take()))).toBe("00 06 00 02 01 02 01 02");
  });
});

describe("what is forgotten", () => {
  test("a packet that was left open", () => {
    const writer = new ByteWriter();
    writePayload(writer, filled(1, 1));
    writer.openPacket(0x10, 0);
    writer.bytes(filled(2000, 9));
    expect(writer.length).toBe(3);
    writePayload(writer, filled(1, 2));
    writer.openPacket(0x10, 0);
    writer.bytes(filled(3, 9));
    expect(hexOf(joined(writer.take()))).toBe("30 01 01 30 01 02");
    writePayload(writer, filled(1, 3));
    expect(hexOf(joined(writer.take()))).toBe("30 01 03");
  });
});
