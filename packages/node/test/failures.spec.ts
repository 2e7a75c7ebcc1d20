/** Each way in which a connection does not come about has a phase, a code and a cause of its own. */

import { createServer as createHttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, expect, test } from "@jest/globals";
import { WebSocketServer } from "ws";
import { makeCertificates } from "../../core/test/integration/certificates.js";
import { next } from "../../core/test/integration/inbox.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { Mqtt5Client, type Mqtt5ClientOptions } from "../src/index.js";
import { end, listen } from "./support/local-servers.js";

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map(end));
});

/** The authority of a server that is ended with the test. */
async function serve(server: Server): Promise<string> {
  servers.push(server);
  return `127.0.0.1:${String(await listen(server))}`;
}

/** A server that says this to whatever it hears first. */
function answering(answer: string | Uint8Array): Server {
  return createServer((socket: Socket) => void socket.once("data", () => socket.write(answer)));
}

async function refused(): Promise<string> {
  const authority = await serve(createServer());
  await Promise.all(servers.splice(0).map(end));
  return authority;
}

async function untrusted(): Promise<string> {
  const server = createTlsServer((await makeCertificates()).server);
  server.on("tlsClientError", () => undefined);
  return serve(server);
}

/** Chooses a subprotocol that was not offered. */
function wrongSubprotocol(): Server {
  const server = createHttpServer();
  new WebSocketServer({ server, handleProtocols: () => "other" });
  return server;
}

interface Failure {
  readonly name: string;
  readonly options: () => Promise<Mqtt5ClientOptions>;
  readonly expected: Readonly<Record<string, unknown>>;
}

const failed = { code: "CONNECTION_FAILED", retryable: true };
const httpCause = (statusCode: number): unknown => expect.objectContaining({ name: "RefusalError", statusCode });
const systemCause = (code: string): unknown => expect.objectContaining({ code });
const proxied = "mqtt://broker.invalid";

const failures: readonly Failure[] = [
  {
    name: "a name that does not exist",
    options: () => Promise.resolve({ url: "mqtt://no-such-host.invalid" }),
    expected: { ...failed, phase: "dns", cause: expect.objectContaining({ syscall: "getaddrinfo" }) },
  },
  {
    name: "a port where nobody listens",
    options: async () => ({ url: `mqtt://${await refused()}` }),
    expected: { ...failed, phase: "tcp", cause: systemCause("ECONNREFUSED") },
  },
  {
    name: "a socket in the file system that is not there",
    options: () => Promise.resolve({ url: "mqtt://localhost", socket: { path: "/no-such-socket" } }),
    expected: { ...failed, phase: "tcp", cause: systemCause("ENOENT") },
  },
  {
    name: "a certificate that cannot be trusted",
    options: async () => ({ url: `mqtts://${await untrusted()}` }),
    expected: { ...failed, phase: "tls", cause: systemCause("UNABLE_TO_VERIFY_LEAF_SIGNATURE") },
  },
  {
    name: "a proxy that is not there",
    options: async () => ({ url: proxied, proxy: `http://${await refused()}` }),
    expected: { ...failed, phase: "proxy", cause: systemCause("ECONNREFUSED") },
  },
  {
    name: "a proxy that asks for credentials",
    options: async () => ({
      url: proxied,
      proxy: `http://${await serve(answering("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"))}`,
    }),
    expected: { ...failed, retryable: false, phase: "proxy", cause: httpCause(407) },
  },
  {
    name: "a proxy that does not answer",
    options: async () => ({ url: proxied, proxy: `socks5://${await serve(createServer())}`, connectTimeoutMs: 50 }),
    expected: { code: "CONNECT_TIMEOUT", phase: "proxy", retryable: true },
  },
  {
    name: "an upgrade that is refused",
    options: async () => ({
      url: `ws://${await serve(createHttpServer((_request, response) => response.writeHead(401).end()))}`,
    }),
    expected: { ...failed, retryable: false, phase: "websocket", cause: httpCause(401) },
  },
  {
    name: "a subprotocol that was not offered",
    options: async () => ({ url: `ws://${await serve(wrongSubprotocol())}` }),
    expected: { ...failed, phase: "websocket", message: expect.stringContaining("subprotocol") },
  },
  {
    name: "an upgrade that is not answered",
    options: async () => ({ url: `ws://${await serve(createServer())}`, connectTimeoutMs: 50 }),
    expected: { code: "CONNECT_TIMEOUT", phase: "websocket", retryable: true },
  },
  {
    name: "a CONNACK that refuses",
    options: async () => ({ url: `mqtt://${await serve(answering(Uint8Array.of(0x20, 3, 0, 0x87, 0)))}` }),
    expected: {
      code: "CONNECT_REJECTED",
      phase: "connack",
      retryable: false,
      connack: expect.objectContaining({ reasonCode: 0x87 }),
    },
  },
  {
    name: "a CONNACK that does not come",
    options: async () => ({ url: `mqtt://${await serve(createServer())}`, connackTimeoutMs: 50 }),
    expected: { code: "CONNACK_TIMEOUT", phase: "connack", retryable: true },
  },
];

test.each(failures.map((failure) => [failure.name, failure] as const))(
  "scenario 44: %s",
  async (_name, { options, expected }) => {
    const { client, finish } = trackClient(new Mqtt5Client(await options()));
    const failure = next(client, "connectionFailure");
    client.start();
    const { error } = await failure;
    await finish();
    expect(error).toMatchObject(expected);
  },
);
