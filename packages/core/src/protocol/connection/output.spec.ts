import { describe, expect, test } from "@jest/globals";
import { encodePingreq } from "../../codec/packets/pingreq.js";
import * as PacketType from "../../codec/packet-type.js";
import { hexOfBytes, joinBytes } from "../../testing/bytes.js";
import { Output } from "./output.js";

const taken = (output: Output): string => hexOfBytes(joinBytes(output.take() ?? []));

describe("Output", () => {
  test("collects what is written until it is taken", () => {
    const output = new Output();
    expect([output.take(), output.isEmpty]).toEqual([undefined, true]);
    encodePingreq(output.writer);
    output.reply(PacketType.Puback, 1, 0);
    expect(output.isEmpty).toBe(false);
    expect(taken(output)).toBe("c0 00 40 02 00 01");
    expect(output.isEmpty).toBe(true);
  });

  test("gives nothing while it is blocked; answers wait, in order, without a second copy", () => {
    const output = new Output();
    encodePingreq(output.writer);
    output.setBlocked(true);
    output.reply(PacketType.Puback, 1, 0);
    output.reply(PacketType.Pubrec, 1, 0);
    output.reply(PacketType.Puback, 1, 0);
    output.reply(PacketType.Puback, 1, 0x80);
    output.reply(PacketType.Pubrel, 258, 0x92);
    expect([output.take(), output.hasRoom]).toEqual([undefined, false]);
    output.setBlocked(false);
    expect(taken(output)).toBe("c0 00 40 02 00 01 50 02 00 01 40 03 00 01 80 62 03 01 02 92");
  });

  test("MQTT-3.14.4-1: takes no answers once it is ended, not even those that wait", () => {
    const output = new Output();
    output.setBlocked(true);
    output.reply(PacketType.Puback, 1, 0);
    output.isEnded = true;
    output.setBlocked(false);
    output.reply(PacketType.Puback, 2, 0);
    expect([output.take(), output.isEnded, output.hasRoom]).toEqual([undefined, true, false]);
  });

  test("has room below 64 KiB and is full from there on", () => {
    const output = new Output();
    for (let count = 0; count < 32_767; count += 1) {
      encodePingreq(output.writer);
    }
    expect([output.hasRoom, output.isFull]).toEqual([true, false]);
    encodePingreq(output.writer);
    expect([output.hasRoom, output.isFull]).toEqual([false, true]);
    output.setBlocked(true);
    expect(output.isFull).toBe(false);
  });
});
