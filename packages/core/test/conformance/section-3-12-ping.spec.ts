/** PINGREQ and PINGRESP. */
import { describe, expect, test } from "@jest/globals";
import { hexOfBytes } from "../../src/testing/bytes.js";
import { EngineBench, rejoiningBench } from "../support/engine-bench.js";
import { connack, connackResumed, pingresp, publish } from "../support/server-bytes.js";

describe("PINGREQ", () => {
  test("MQTT-3.1.2-20, MQTT-2.1.3-1: it is two bytes, and comes before the interval is over", () => {
    const bench = new EngineBench({ connect: { keepAlive: 1 } }).online();
    bench.sentPackets();
    bench.advance(999);
    const [ping] = bench.sentPackets();
    expect([ping?.at, hexOfBytes(ping?.bytes ?? new Uint8Array())]).toEqual([900, "c0 00"]);
  });

  test("MQTT-3.1.2-20: messages that come in all the time do not put it off", () => {
    const bench = new EngineBench({ connect: { keepAlive: 10 } }).online();
    bench.sent();
    for (let count = 0; count < 100; count += 1) {
      bench.advance(100).receive(publish());
    }
    expect(bench.sent()).toEqual(["pingreq"]);
  });

  test("MQTT-3.1.2-21: a Server Keep Alive of 0 means that none is sent", () => {
    const bench = new EngineBench({ connect: { keepAlive: 1 } }).online(connack({ serverKeepAlive: 0 }));
    bench.sent();
    bench.advance(3_600_000);
    expect([bench.sent(), bench.engine.state]).toEqual([[], "connected"]);
  });
});

describe("PINGRESP", () => {
  test("R-3.1.2.10-no-pingresp, MQTT-3.12.4-1: missing, it ends the connection within one more interval", () => {
    const bench = rejoiningBench({ connect: { keepAlive: 1 } }).online();
    const id = bench.publish();
    bench.advance(2_000);
    expect(bench.told()).toContain("disconnection PING_TIMEOUT");
    expect(bench.outcome(id)).toBe("pending");
    bench.online(connackResumed());
    expect(bench.sent()).toEqual([
      "connect clean",
      "publish #1 q1 t",
      "pingreq",
      "connect resume",
      "publish #1 q1 dup t",
    ]);
  });

  test("R-3.12-no-body: with a body it ends the connection with 0x81", () => {
    const bench = new EngineBench().online();
    bench.sent();
    bench.receive("d0 01 00", publish());
    expect([bench.sent(), bench.topics]).toEqual([["disconnect 0x81"], []]);
    expect(bench.lastError).toMatchObject({ code: "MALFORMED_PACKET" });
  });

  test("unasked it means nothing, however often", () => {
    const bench = new EngineBench({ connect: { keepAlive: 10 } }).online();
    bench.receive(pingresp, pingresp).advance(14_500);
    expect(bench.sent()).toEqual(["connect clean", "pingreq"]);
    expect(bench.told().at(-1)).toBe("disconnection PING_TIMEOUT");
  });
});
