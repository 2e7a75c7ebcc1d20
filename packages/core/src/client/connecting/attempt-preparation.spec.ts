import { describe, expect, it } from "@jest/globals";
import { makeBench } from "../../../test/support/test-client.js";
import type { ServerUrl } from "../../ports/server-url.js";

describe("the option transport", () => {
  it.each([
    ["quic://broker.example:7/a?b", { scheme: "quic", host: "broker.example", port: 7, path: "/a?b" }],
    ["serial:///dev/ttyS0", { scheme: "serial", host: "", port: 0, path: "/dev/ttyS0" }],
    ["mqtts://broker.example", { scheme: "mqtts", host: "broker.example", port: 8_883, path: "" }],
  ])("opens every attempt in place of the platform, for %s", async (url, server) => {
    const servers: ServerUrl[] = [];
    const source = makeBench();
    const { client, clock, targets } = makeBench(
      {
        url,
        transport: (handlers, given) => {
          servers.push(given);
          return source.peer.transport(handlers);
        },
      },
      { clock: source.clock },
    );
    client.start();
    source.peer.acceptConnections();
    await source.clock.settle();
    expect(client.isConnected).toBe(true);
    expect(servers).toMatchObject([server]);
    expect(targets).toEqual([]);
    expect(clock.pendingCount).toBe(0);
  });

  it("fails the attempt in the phase prepare when it throws", async () => {
    const transport = (): never => {
      throw new Error("no modem");
    };
    const { client, clock } = makeBench({ transport });
    const failures: unknown[] = [];
    client.on("connectionFailure", ({ error }) => failures.push(error));
    client.start();
    await clock.settle();
    expect(failures).toEqual([expect.objectContaining({ phase: "prepare", cause: new Error("no modem") })]);
  });

  it("goes without the options of the platform's transports", () => {
    const { peer } = makeBench();
    const options = { transport: peer.transport, webSocket: {} };
    expect(() => makeBench(options, { optionChecks: { webSocket: () => undefined } })).toThrow(
      expect.objectContaining({ field: "webSocket" }),
    );
  });
});
