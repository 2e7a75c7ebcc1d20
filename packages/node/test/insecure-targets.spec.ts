/** A server over TLS, or a transform of its address, leads to a server without TLS: the client goes only if it may. */

import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { makeCertificates, type TestCertificates } from "../../core/test/integration/certificates.js";
import { next } from "../../core/test/integration/inbox.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { connack } from "../../core/test/support/server-bytes.js";
import { ConnectReasonCode, Mqtt5Client, type Mqtt5ClientOptions } from "../src/index.js";
import { end, listen } from "./support/local-servers.js";

let certificates: TestCertificates;
const servers: Server[] = [];

beforeEach(async () => {
  certificates = await makeCertificates();
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map(end));
});

async function serve(server: Server): Promise<string> {
  servers.push(server);
  return `127.0.0.1:${String(await listen(server))}`;
}

/** What is not to come to the server without TLS. */
const secrets = { username: "me", password: "hush" };

async function firstFailures(count: number, options: Mqtt5ClientOptions): Promise<readonly string[]> {
  const { client, finish } = trackClient(
    new Mqtt5Client({ minReconnectDelayMs: 1, maxReconnectDelayMs: 1, logger: { warn: () => undefined }, ...options }),
  );
  const messages: string[] = [];
  client.start();
  while (messages.length < count) {
    messages.push((await next(client, "connectionFailure")).error.message);
  }
  await finish();
  return messages;
}

describe("a reference from mqtts: to mqtt:", () => {
  test.each([
    ["is not followed", {}, 0],
    ["is followed with allowInsecure, without the credentials", { allowInsecure: true }, 1],
  ] as const)("%s", async (_, options, least) => {
    const heard: string[] = [];
    const plain = await serve(
      createServer((socket) => {
        socket.once("data", (bytes) => {
          heard.push(bytes.toString("latin1"));
          socket.end();
        });
      }),
    );
    const refer = connack({ serverReference: plain }, { reasonCode: ConnectReasonCode.UseAnotherServer });
    const secure = await serve(
      createTlsServer(certificates.server, (socket) => void socket.once("data", () => socket.end(refer))),
    );
    await firstFailures(3, {
      url: `mqtts://${secure}`,
      tls: { ca: certificates.ca.cert },
      connectOptions: secrets,
      followServerReference: (reference) => `mqtt://${reference}`,
      ...options,
    });
    expect(Math.min(heard.length, 1)).toBe(least);
    expect(heard.join()).not.toMatch(/hush/);
  });
});

describe("a transform from wss: to ws:", () => {
  test.each([
    ["is not followed", {}, 0, /prepare failed: .*allowInsecure/],
    ["is followed with allowInsecure", { allowInsecure: true }, 1, /the server answered 403/],
  ] as const)("%s", async (_, options, count, message) => {
    const asked: unknown[] = [];
    const plain = await serve(
      createHttpServer().on("upgrade", ({ url }, socket) => {
        asked.push(url);
        socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      }),
    );
    const messages = await firstFailures(1, {
      url: "wss://127.0.0.1:1",
      tls: { ca: certificates.ca.cert },
      websocketHandshakeTransform: () => ({ url: `ws://${plain}/mqtt?signature=hush`, headers: {} }),
      ...options,
    });
    expect(asked).toHaveLength(count);
    expect(messages[0]).toMatch(message);
    expect(messages[0]).not.toMatch(/hush/);
  });
});
