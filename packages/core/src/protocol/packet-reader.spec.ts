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

  test("before CONNACK, when the copy of what came fails, ends the attempt", () => {
    const bench = new EngineBench({ connect: { authenticationMethod: "m" } }).start();
    // An array that cannot be copied, as if there were no memory for the copy.
    const chunk = new Proxy(connack(), {
      get(bytes, name) {
        if (name === Symbol.iterator) {
          throw new RangeError("Array buffer allocation failed");
        }
        return Reflect.get(bytes, name) as unknown;
      },
    });
    bench.engine.handleBytes(bench.now, bench.attempt, chunk);
    expect(bench.pump().lastError).toMatchObject({
      code: "CONNECTION_FAILED",
      phase: "connack",
      cause: { message: "Array buffer allocation failed" },
    });
  });
});
