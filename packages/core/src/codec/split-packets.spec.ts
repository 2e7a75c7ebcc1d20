import { expect, test } from "@jest/globals";
import { generate } from "mqtt-packet";
import { joinBytes } from "../testing/bytes.js";
import { splitPackets } from "./split-packets.js";

/** A PUBLISH whose remaining length is this. */
function publish(remainingLength: number): Uint8Array {
  const payload = "x".repeat(remainingLength - 4);
  return generate({ cmd: "publish", topic: "t", qos: 0, dup: false, retain: false, payload }, { protocolVersion: 5 });
}

test.each([4, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])(
  "2.1.4: a packet of remaining length %i is whole",
  (length) => {
    const packets = [Uint8Array.of(0xc0, 0), publish(length), Uint8Array.of(0x40, 2, 0, 1)];
    expect(splitPackets(joinBytes(packets)).map((packet) => packet.length)).toEqual(
      packets.map(({ length }) => length),
    );
  },
);

test("the packets are parts of the memory they came in, and nothing gives none", () => {
  const bytes = Uint8Array.of(0xc0, 0, 0xe0, 0);
  expect(splitPackets(bytes).map(({ buffer, byteOffset }) => [buffer === bytes.buffer, byteOffset])).toEqual([
    [true, 0],
    [true, 2],
  ]);
  expect(splitPackets(new Uint8Array(0))).toEqual([]);
});
