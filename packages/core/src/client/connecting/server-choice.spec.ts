import { describe, expect, it } from "@jest/globals";
import { generate } from "mqtt-packet";
import { connack } from "../../../test/support/server-bytes.js";
import { type ClientBench, makeBench } from "../../../test/support/test-client.js";
import type { ClientOptions } from "../options/client-options.js";
import type { Platform } from "../platform.js";

const home = "mqtt://broker.example:1883";
const away = "mqtt://other.example:2883";

/** A refusal that names another server: 0x9C for now, 0x9D for good. */
function referral(reasonCode: 0x9c | 0x9d, serverReference = "other.example:2883"): Uint8Array {
  return connack({ serverReference }, { reasonCode });
}

function disconnect(reasonCode: 0x9c | 0x9d): Uint8Array {
  const properties = { serverReference: "other.example:2883" };
  return generate({ cmd: "disconnect", reasonCode, properties }, { protocolVersion: 5 });
}

/** Follows whatever is named. */
const followed = (reference: string): string => `mqtt://${reference}`;

interface Attempt extends ClientBench {
  /** Lets the next attempt come, and answers its CONNECT. */
  readonly answer: (bytes: Uint8Array) => Promise<void>;
}

function begin(options: Partial<ClientOptions>, platform: Partial<Platform> = {}): Attempt {
  const bench = makeBench({ retryJitterMode: "none", maxReconnectDelayMs: 1_000, ...options }, platform);
  const { clock, peer, client, targets } = bench;
  return {
    ...bench,
    answer: async (bytes) => {
      const count = targets.length;
      client.start();
      await clock.settle();
      if (targets.length === count) {
        await clock.advanceAndSettle(1_000);
      }
      peer.open();
      await clock.settle();
      peer.send(bytes);
      await clock.settle();
    },
  };
}

describe("a reference to another server (section 4.11)", () => {
  it("is told, and not followed where the application does not say so", async () => {
    const { client, targets, answer, peer } = begin({});
    const failures: unknown[] = [];
    client.on("connectionFailure", ({ error, connack: packet }) =>
      failures.push([error.code, packet?.serverReference]),
    );
    await answer(referral(0x9c));
    await answer(connack());
    expect(failures).toEqual([["CONNECT_REJECTED", "other.example:2883"]]);
    expect(targets).toEqual([home, home]);
    expect(peer.connections).toHaveLength(2);
  });

  it("holds for one attempt after 0x9C", async () => {
    const { targets, answer } = begin({ followServerReference: followed });
    await answer(referral(0x9c));
    await answer(connack({}, { reasonCode: 0x88 }));
    await answer(connack());
    expect(targets).toEqual([home, away, home]);
  });

  it("holds until stop after 0x9D", async () => {
    const { client, clock, targets, answer } = begin({ followServerReference: followed });
    await answer(referral(0x9d));
    await answer(connack({}, { reasonCode: 0x88 }));
    await answer(connack());
    await Promise.all([client.stop(), clock.settle()]);
    await answer(connack());
    expect(targets).toEqual([home, away, away, home]);
  });

  it.each([0x9c, 0x9d] as const)("is followed from DISCONNECT %i, too", async (reasonCode) => {
    const { targets, answer, peer, clock } = begin({ followServerReference: followed });
    await answer(connack());
    peer.send(disconnect(reasonCode));
    await clock.settle();
    await answer(connack());
    expect(targets).toEqual([home, away]);
  });

  it("is handed on as the server wrote it, and may be ignored", async () => {
    const asked: string[] = [];
    const followServerReference = (reference: string): undefined => void asked.push(reference);
    const { targets, answer, logged } = begin({ followServerReference });
    await answer(referral(0x9d, "a.example b.example:1"));
    await answer(connack());
    expect(asked).toEqual(["a.example b.example:1"]);
    expect(targets).toEqual([home, home]);
    expect(logged).not.toContain("followServerReference failed");
  });

  it.each<readonly [string, (reference: string) => string]>([
    [
      "throws",
      () => {
        throw new Error("broken");
      },
    ],
    ["gives what is no URL", (reference) => reference],
    ["gives a URL of another kind", () => "http://other.example"],
    ["gives no text", () => 7 as unknown as string],
  ])("is not followed by a function that %s, which is logged", async (_, followServerReference) => {
    const { targets, answer, logged } = begin({ followServerReference });
    await answer(referral(0x9d));
    await answer(connack());
    expect(targets).toEqual([home, home]);
    expect(logged).toContain("followServerReference failed");
  });

  it.each([
    ["is not followed from TLS to a server without", {}, ["mqtts://broker.example:8883"]],
    ["is followed there where allowInsecure says so", { allowInsecure: true }, [away]],
  ])("%s", async (_, options, second) => {
    const platform = { schemes: ["mqtt", "mqtts"] } as const;
    const { targets, answer, logged } = begin(
      { url: "mqtts://broker.example", followServerReference: followed, ...options },
      platform,
    );
    await answer(referral(0x9c));
    await answer(connack());
    expect(targets).toEqual(["mqtts://broker.example:8883", ...second]);
    expect(logged.includes("followServerReference failed")).toBe(!("allowInsecure" in options));
  });

  it("says nothing with another reason code", async () => {
    const { targets, answer } = begin({ followServerReference: followed });
    await answer(connack({ serverReference: "other.example:2883" }, { reasonCode: 0x88 }));
    await answer(connack());
    expect(targets).toEqual([home, home]);
  });
});

describe("the credentials for the other server", () => {
  const connectOptions = { username: "us", password: "secret" };

  it.each([
    ["an object", connectOptions, undefined],
    ["a function", () => connectOptions, undefined],
    ["the URL", undefined, "mqtt://us:secret@broker.example"],
  ])("are none where its URL has none, and come from %s", async (_, given, url = home) => {
    const { peer, answer, targets } = begin({ url, followServerReference: followed, connectOptions: given ?? {} });
    await answer(referral(0x9c));
    await answer(connack({}, { reasonCode: 0x88 }));
    await answer(connack());
    const [first, second, third] = peer.takeAll();
    expect(targets).toEqual([home, away, home]);
    expect(second).not.toHaveProperty("username");
    expect(second).not.toHaveProperty("password");
    // The server of the options gets them, before and after.
    const own = { type: "connect", username: "us", password: new TextEncoder().encode("secret") };
    expect([first, third]).toMatchObject([own, own]);
  });

  it("are those of its URL, without a rest of the others", async () => {
    const followServerReference = (): string => "mqtt://them@other.example";
    const { peer, answer, targets } = begin({ followServerReference, connectOptions });
    await answer(referral(0x9c));
    await answer(connack());
    const [, second] = peer.takeAll();
    expect(second).toMatchObject({ type: "connect", username: "them", keepAlive: 60 });
    expect(second).not.toHaveProperty("password");
    expect(targets).toEqual([home, "mqtt://other.example:1883"]);
  });
});
