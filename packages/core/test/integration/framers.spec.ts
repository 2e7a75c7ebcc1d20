/** The proxy's own view of the protocol, by which runs over bad networks are judged. */

import { expect, test } from "@jest/globals";
import { type FramedPacket, PacketFramer } from "./packet-framer.js";
import { WebSocketFramer } from "./websocket-framer.js";

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));

/** A mark for each byte: `.` where a packet ended with it, else the number of open exchanges. */
function marks(hex: string, chunkLength: number): string {
  const framer = new PacketFramer();
  const bytes = bytesOf(hex);
  let found = "";
  for (let at = 0; at < bytes.length; at += chunkLength) {
    framer.read(bytes.subarray(at, at + chunkLength));
    found += framer.isInside ? String(framer.openExchanges) : ".";
  }
  return found;
}

test("packets are told apart whatever their length", () => {
  expect(marks("d0 00 30 06 00 01 61 00 78 79 d0 00", 1)).toBe("0.0000000.0.");
  const long = `30 82 01 ${"00 ".repeat(130)}d0 00`;
  expect(marks(long, 1)).toBe(`${"0".repeat(132)}.0.`);
  expect(marks(long, 134)).toBe("0.");
});

test("an exchange is open from PUBREC to PUBCOMP of the same packet id, unless PUBREC refuses", () => {
  expect(marks("50 02 00 07 70 02 00 08 70 03 00 07 00 d0 00", 1)).toBe("000.111.1111.0.");
  expect(marks("50 03 00 07 10 d0 00", 1)).toBe("0000.1.");
  expect(marks("50 03 00 07 87 d0 00", 1)).toBe("0000.0.");
});

test("each packet is told, a PUBLISH with its topic", () => {
  const told: FramedPacket[] = [];
  const framer = new PacketFramer((packet) => told.push(packet));
  framer.read(bytesOf("3c 09 00 02 61 62 00 07 00 78 79 30 05 00 01 63 00 78 62 02 01 02 d0 00"));
  expect(told).toMatchObject([
    { type: 3, flags: 12, topic: "ab", packetId: 7 },
    { type: 3, flags: 0, topic: "c" },
    { type: 6, flags: 2, topic: "", packetId: 258 },
    { type: 13 },
  ]);
});

test("the data of WebSocket frames is found behind the head, the mask and the length", () => {
  const passed: number[] = [];
  const framer = new WebSocketFramer((data) => passed.push(...data));
  const head = new TextEncoder().encode("GET /mqtt HTTP/1.1\r\n\r\n");
  const masked = bytesOf("82 82 01 02 03 04 d1 02");
  const ping = bytesOf("89 01 00");
  const long = Uint8Array.of(...bytesOf("82 7e 01 00"), ...new Uint8Array(256).fill(5));
  const isInside = [
    head,
    masked.subarray(0, 7),
    masked.subarray(7),
    ping,
    long.subarray(0, 200),
    long.subarray(200),
  ].map((bytes) => {
    framer.read(bytes);
    return framer.isInside;
  });
  expect(isInside).toEqual([false, true, false, false, true, false]);
  expect(passed).toEqual([0xd0, 0x00, ...Array.from({ length: 256 }, () => 5)]);
});
