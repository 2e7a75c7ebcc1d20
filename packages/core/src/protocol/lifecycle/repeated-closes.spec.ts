import { describe, expect, test } from "@jest/globals";
import { EngineBench } from "../../../test/support/engine-bench.js";
import { connackResumed, disconnect } from "../../../test/support/server-bytes.js";

/** The messages of the errors with which connections ended so far. */
const endings = (bench: EngineBench): string[] =>
  bench.events.flatMap((event) => (event.type === "disconnection" ? [event.error.message] : []));

const warnings = (bench: EngineBench): unknown[] =>
  bench.events.filter((event) => event.type === "warning").map(({ code }) => code);

describe("a server that closes each connection soon after CONNACK, without DISCONNECT", () => {
  test("gets the likely reason into the error from the third close on, and one warning", () => {
    const bench = new EngineBench();
    for (const connectedMs of [10, 2_000, 9_999, 0]) {
      bench.online().advance(connectedMs).closeByServer();
    }
    const reason = /^the server closed (\d) connections in a row soon after CONNACK.*use the same client identifier/;
    expect(endings(bench)).toEqual([
      "connection closed",
      "connection closed",
      expect.stringMatching(reason),
      expect.stringMatching(reason),
    ]);
    expect(endings(bench).flatMap((message) => reason.exec(message)?.[1] ?? [])).toEqual(["3", "4"]);
    expect(bench.lastError).toMatchObject({
      code: "CONNECTION_FAILED",
      phase: "connected",
      retryable: true,
      closedByServer: true,
      cause: { message: "connection closed" },
    });
    expect(warnings(bench)).toEqual(["REPEATED_CLOSE"]);
  });

  test("counts across attempts that fail in between", () => {
    const bench = new EngineBench();
    bench.online().closeByServer();
    bench.online().closeByServer().advance(2_000);
    bench.closeByServer(); // before CONNACK
    bench.online().advance(2_000).closeByServer();
    expect(warnings(bench)).toEqual(["REPEATED_CLOSE"]);
  });

  test("waits for two seconds: several closes in a moment may be a restart", () => {
    const bench = new EngineBench({ minReconnectDelayMs: 1, maxReconnectDelayMs: 1 });
    for (let round = 0; round < 60; round += 1) {
      bench.online().closeByServer();
    }
    expect(warnings(bench)).toEqual([]);
    bench.online().advance(2_000).closeByServer();
    expect(warnings(bench)).toEqual(["REPEATED_CLOSE"]);
  });

  test.each<readonly [string, (bench: EngineBench) => unknown]>([
    ["a close after a while", (bench) => bench.advance(10_000).closeByServer()],
    ["a broken connection", (bench) => bench.cut()],
    ["a DISCONNECT", (bench) => bench.receive(disconnect(0x8b))],
  ])("starts anew after %s", (_, end) => {
    const bench = new EngineBench();
    for (let round = 0; round < 3; round += 1) {
      bench.online().closeByServer();
      bench.online().closeByServer();
      end(bench.online());
    }
    expect(warnings(bench)).toEqual([]);
  });

  test("does not hide the close from the limit of redeliveries", () => {
    const bench = new EngineBench({ maxRedeliveries: 1, sessionBehavior: "rejoinAlways" });
    bench.online();
    const id = bench.publish();
    for (let closes = 0; closes < 6; closes += 1) {
      bench.closeByServer();
      bench.online(connackResumed());
    }
    expect(bench.outcome(id)).toBe("REDELIVERY_LIMIT unknown");
  });
});
