import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import type { MqttError } from "@mqtt5/core";
import { type WebSocket, WebSocketServer } from "ws";
import { next } from "../../../core/test/integration/inbox.js";
import { trackClient } from "../../../core/test/integration/tracked-client.js";
import { end, listen, urlOf } from "../../test/support/local-servers.js";
import type { Mqtt5ClientOptions } from "../options/client-options.js";
import { transformHandshake, type WebSocketHandshakeRequest } from "./handshake-transform.js";
import { Mqtt5Client } from "../mqtt5-client.js";

/** A CONNACK that accepts, without properties. */
const accepted = Uint8Array.of(0x20, 3, 0, 0, 0);

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map(end));
});

interface Upgrade {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** A server that takes MQTT over WebSocket from those whose header `token` is this, where it is given. */
async function serve(token?: string) {
  const server = createServer();
  servers.push(server);
  const upgrades: Upgrade[] = [];
  const webSockets = new WebSocketServer({
    server,
    verifyClient: ({ req: { url, headers } }, answer) => {
      upgrades.push({ url, headers });
      answer(token === undefined || headers["token"] === token, 401);
    },
  });
  webSockets.on("connection", (peer: WebSocket) => void peer.once("message", () => peer.send(accepted)));
  return { port: await listen(server), upgrades };
}

function makeClient(options: Mqtt5ClientOptions) {
  return trackClient(new Mqtt5Client({ minReconnectDelayMs: 1, ...options }));
}

/** The error with which the first attempt of this client fails. */
async function failureOf(options: Mqtt5ClientOptions): Promise<MqttError> {
  const { client, finish } = makeClient(options);
  const failed = next(client, "connectionFailure");
  client.start();
  const { error } = await failed;
  await finish();
  return error;
}

describe("websocketHandshakeTransform", () => {
  test("is asked before each attempt, and decides on URL and headers; user info is never part of either", async () => {
    const { port, upgrades } = await serve("second");
    const requests: WebSocketHandshakeRequest[] = [];
    const { client, finish } = makeClient({
      url: `ws://us:secret@127.0.0.1:${String(port)}/mqtt?a=1`,
      websocketHandshakeTransform: async (request) => {
        requests.push(request);
        await Promise.resolve();
        const url = request.url.replace("127.0.0.1", "me:hush@127.0.0.1");
        return { url: `${url}&signature=x`, headers: { token: requests.length === 1 ? "first" : "second" } };
      },
    });
    client.start();
    await client.waitUntilConnected();
    expect(requests).toEqual(
      Array.from({ length: 2 }, () => ({ url: `ws://127.0.0.1:${String(port)}/mqtt?a=1`, headers: {} })),
    );
    expect(upgrades.map(({ url, headers }) => [url, headers["token"], headers.authorization])).toEqual([
      ["/mqtt?a=1&signature=x", "first", undefined],
      ["/mqtt?a=1&signature=x", "second", undefined],
    ]);
    await finish();
  });

  test("may answer at once, and lead to another server", async () => {
    const [from, to] = [await serve(), await serve()];
    const { client, finish } = makeClient({
      url: `ws://127.0.0.1:${String(from.port)}`,
      websocketHandshakeTransform: ({ headers }) => ({ url: `ws://127.0.0.1:${String(to.port)}/other`, headers }),
    });
    client.start();
    await client.waitUntilConnected();
    expect([from.upgrades.length, to.upgrades[0]?.url]).toEqual([0, "/other"]);
    await finish();
  });

  const cause = new Error("no signature");
  test.each([
    [
      "throws",
      () => {
        throw cause;
      },
    ],
    ["rejects", () => Promise.reject(cause)],
  ])("scenario 37: fails the attempt with its cause when it %s", async (_, websocketHandshakeTransform) => {
    const { port, upgrades } = await serve();
    const error = await failureOf({ url: `ws://127.0.0.1:${String(port)}`, websocketHandshakeTransform });
    expect(error).toMatchObject({ code: "CONNECTION_FAILED", phase: "prepare", cause });
    expect(upgrades).toEqual([]);
  });

  test("scenario 37: fails the attempt within the connect timeout when it never answers", async () => {
    const error = await failureOf({
      url: "ws://127.0.0.1:9",
      connectTimeoutMs: 20,
      websocketHandshakeTransform: () => new Promise(() => undefined),
    });
    expect(error).toMatchObject({ code: "CONNECT_TIMEOUT", phase: "prepare" });
  });

  test("fails the attempt when it gives what cannot be sent", async () => {
    const error = await failureOf({
      url: "ws://127.0.0.1:9",
      websocketHandshakeTransform: (request) => ({ ...request, url: "http://127.0.0.1" }),
    });
    expect(error).toMatchObject({
      phase: "prepare",
      cause: expect.objectContaining({ code: "INVALID_ARGUMENT", field: "websocketHandshakeTransform.url" }),
    });
  });

  test("may not turn wss: into ws:, unless allowInsecure says so", () => {
    const insecure = "ws://127.0.0.1:1/mqtt?X-Amz-Signature=hush";
    const ask = (allowInsecure: boolean): unknown =>
      transformHandshake(() => ({ url: insecure, headers: {} }), urlOf("wss", 1), allowInsecure);
    expect(() => ask(false)).toThrow(
      expect.objectContaining({
        field: "websocketHandshakeTransform.url",
        message: expect.stringMatching(/^(?!.*hush).*allowInsecure/),
      }),
    );
    expect(ask(true)).toMatchObject({ server: { href: insecure } });
  });

  const url = "ws://localhost/mqtt";
  test.each<readonly [string, unknown]>([
    ["", undefined],
    [".url", { headers: {} }],
    [".url", { url: 7, headers: {} }],
    [".url", { url: "mqtt://me:hush@localhost", headers: {} }],
    [".headers", { url }],
    [".headers", { url, headers: ["hush"] }],
    [".headers", { url, headers: new Headers({ token: "hush" }) }],
    [".headers", { url, headers: { "a b": "hush" } }],
    [".headers", { url, headers: { "hush:": "x" } }],
    [".headers.token", { url, headers: { token: "hush\r\nx: y" } }],
    [".headers.token", { url, headers: { token: ["hush"] } }],
    [".method", { url, headers: {}, method: "GET" }],
  ])("names the field%s of a wrong answer, and quotes no secret", (field, answer) => {
    const ask = (): unknown => transformHandshake(() => answer as WebSocketHandshakeRequest, urlOf("ws", 1), false);
    expect(ask).toThrow(expect.objectContaining({ field: `websocketHandshakeTransform${field}` }));
    expect(ask).not.toThrow(/hush/);
  });
});
