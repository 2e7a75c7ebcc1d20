import { describe, expect, test } from "@jest/globals";
import { EngineBench } from "../../test/support/engine-bench.js";
import { puback } from "../../test/support/server-bytes.js";

describe("Engine", () => {
  test("connects, publishes, is acknowledged and stops", () => {
    const bench = new EngineBench().online();
    const id = bench.publish({ topic: "a/b", payload: "hello" });
    bench.receive(puback(1));
    bench.stop();
    expect(bench.sent()).toEqual(["connect clean", "publish #1 q1 a/b", "disconnect"]);
    expect(bench.outcome(id)).toBe("done");
    expect(bench.told()).toEqual(["attemptingConnect", "connectionSuccess", "disconnection DISCONNECTED", "stopped"]);
  });
});
