import { describe, expect, test } from "@jest/globals";
import { EngineBench, type BenchOptions } from "../../test/support/engine-bench.js";
import { connack, publish } from "../../test/support/server-bytes.js";

describe("a packet for which there is no memory", () => {
  /** Memory that is used up: an allocation of 100 bytes fails as `new Uint8Array` fails. */
  const exhausted: BenchOptions = {
    payloadMemory: {
      copy: (bytes, start, end) => {
        if (end - start >= 100) {
          throw new RangeError("Array buffer allocation failed");
        }
        return bytes.slice(start, end);
      },
    },
  };
  const large = publish({ topic: "large", payload: "x".repeat(100) });

  test("ends the connection with DISCONNECT, and the error says what to do", () => {
    const bench = new EngineBench(exhausted).online().receive(publish({ topic: "small" }), large, publish());
    expect(bench.topics).toEqual(["small"]);
    expect(bench.lastError).toMatchObject({
      code: "CONNECTION_FAILED",
      phase: "connected",
      message: "no memory for a packet of 110 bytes; connectOptions.maximumPacketSize limits the size",
      cause: { message: "Array buffer allocation failed" },
    });
    expect(bench.sent().at(-1)).toBe("disconnect 0x97");
  });

  test("does not end the client: it connects again", () => {
    const bench = new EngineBench(exhausted).online().receive(large).advance(2_000);
    bench.receive(connack(), publish({ topic: "small" }));
    expect(bench.engine.state).toBe("connected");
    expect(bench.topics).toEqual(["small"]);
  });
});
