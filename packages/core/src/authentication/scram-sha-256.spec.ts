import { randomBytes, webcrypto } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { ScramServer } from "../../test/support/scram-server.js";
import { auth, connack } from "../../test/support/server-bytes.js";
import { makeBench } from "../../test/support/test-client.js";
import type { Authentication } from "../client/connecting/authentication.js";
import { makeScramSha256, type ScramOptions } from "./scram-sha-256.js";

const method = "SCRAM-SHA-256";
const platform = { subtle: webcrypto.subtle, randomBytes };
const credentials = { username: "user", password: "pencil" };

/** A client with SCRAM and a server that answers AUTH by itself; `change` may falsify what the server says. */
function makeScramBench(password = "pencil", change: (text: string) => string = (text) => text) {
  const scram = makeScramSha256({ ...credentials, password }, platform);
  let working: Promise<unknown> = Promise.resolve();
  const authentication: Authentication = {
    ...scram,
    respond: (challenge) => {
      const reply = Promise.resolve(scram.respond(challenge));
      working = reply.catch(() => undefined);
      return reply;
    },
  };
  const bench = makeBench({ authentication });
  const { peer, clock } = bench;
  const server = new ScramServer(credentials);
  const nonces: string[] = [];
  const text = (data: Uint8Array | string = ""): string =>
    typeof data === "string" ? data : new TextDecoder().decode(data);
  const first = (data: Uint8Array | string | undefined): Uint8Array => {
    nonces.push(text(data).replace(/^.*,r=/, ""));
    return auth(0x18, { method, data: change(server.first(text(data))) });
  };
  let isConnected = false;
  peer.answer("connect", ({ authenticationData }) => first(authenticationData));
  peer.answer("auth", ({ reasonCode, authenticationData }) => {
    if (reasonCode === 0x19) {
      return first(authenticationData);
    }
    const final = server.final(text(authenticationData));
    if (final === undefined) {
      return isConnected ? "e0 01 87" : connack({}, { reasonCode: 0x87 });
    }
    const data = change(final);
    const answer = isConnected
      ? auth(0, { method, data })
      : connack({ authenticationMethod: method, authenticationData: Buffer.from(data) });
    isConnected = true;
    return answer;
  });
  /** The cryptography of the platform takes its own time: waits for it, then ends the turns. */
  const settle = async (): Promise<void> => {
    await clock.settle();
    await working;
    await clock.settle();
  };
  const connect = async (): Promise<void> => {
    bench.client.start();
    await clock.settle();
    peer.open();
    await settle();
  };
  const failures: unknown[] = [];
  bench.client.on("connectionFailure", ({ error }) => failures.push(error));
  return { ...bench, nonces, failures, settle, connect };
}

describe("SCRAM-SHA-256 with a server", () => {
  it("connects, authenticates again with another nonce, and never shows the password", async () => {
    const { client, peer, connect, settle, ledger, nonces } = makeScramBench();
    await connect();
    expect(client.isConnected).toBe(true);
    const again = ledger.register("again", client.reauthenticate());
    await settle();
    expect(again.settlement).toMatchObject({ status: "fulfilled" });
    expect(new Set(nonces).size).toBe(2);
    expect(nonces[0]).toMatch(/^[A-Za-z\d+/]{24}$/);
    expect(Buffer.concat(peer.log.map(({ bytes }) => bytes)).includes("pencil")).toBe(false);
  });

  it("is refused with a wrong password", async () => {
    const { connect, failures } = makeScramBench("pen");
    await connect();
    expect(failures).toEqual([expect.objectContaining({ code: "CONNECT_REJECTED", retryable: false })]);
  });

  it.each([
    [
      "whose signature is wrong",
      (text: string) => (text.startsWith("v=") ? `v=${"A".repeat(43)}=` : text),
      "signature is wrong",
    ],
    ["that says nothing in the end", (text: string) => (text.startsWith("v=") ? "" : text), "not proved"],
    ["with another nonce", (text: string) => text.replace("%server%", "").replace("r=", "r=x"), "nonce"],
    ["with few iterations", (text: string) => text.replace("i=4096", "i=1"), "1 iterations"],
  ])("leaves a server %s", async (_, change, message) => {
    const { client, connect, failures } = makeScramBench("pencil", change);
    await connect();
    const error = { code: "AUTHENTICATION_FAILED", phase: "connack", message: expect.stringContaining(message) };
    expect(failures).toEqual([expect.objectContaining(error)]);
    expect(client.isConnected).toBe(false);
  });

  it("fails to authenticate again with a server that has forgotten who it is", async () => {
    let isForgetful = false;
    const change = (text: string): string => (isForgetful && text.startsWith("v=") ? "v=AAAA" : text);
    const { client, peer, connect, settle, ledger } = makeScramBench("pencil", change);
    await connect();
    isForgetful = true;
    const again = ledger.register("again", client.reauthenticate());
    await settle();
    expect(again.settlement).toMatchObject({ reason: { code: "AUTHENTICATION_FAILED", phase: "connected" } });
    expect(peer.takeAll().at(-1)).toMatchObject({ type: "disconnect", reasonCode: 0x83 });
  });
});

describe("the options of SCRAM-SHA-256", () => {
  it.each([
    ["username", { password: "p" }],
    ["username", { username: "", password: "p" }],
    ["password", { username: "u" }],
    ["password", { username: "u", password: 7 }],
    ["password", { username: "u", password: "\u0007" }],
    ["minimumIterations", { ...credentials, minimumIterations: 0 }],
    ["maximumIterations", { ...credentials, maximumIterations: 0.5 }],
    ["salt", { ...credentials, salt: "x" }],
  ])("names a wrong %s", (field, options) => {
    const make = (): unknown => makeScramSha256(options as ScramOptions, platform);
    expect(make).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT", field }));
  });

  it("says what is missing in a page that is no secure context", () => {
    const make = (): unknown => makeScramSha256(credentials, { ...platform, subtle: undefined });
    expect(make).toThrow("secure context");
  });
});
