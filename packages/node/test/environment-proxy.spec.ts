/** `proxy: "environment"`: the client goes through the HTTP proxy that the environment names, until that says otherwise. */

import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { makeCertificates } from "../../core/test/integration/certificates.js";
import { next } from "../../core/test/integration/inbox.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { Mqtt5Client } from "../src/index.js";
import { end, listen } from "./support/local-servers.js";

const names = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"].flatMap((name) => [name, name.toUpperCase()]);
const before = { ...process.env };
const servers: Server[] = [];

function clearEnvironment(): void {
  for (const name of names) {
    Reflect.deleteProperty(process.env, name);
  }
}

beforeEach(clearEnvironment);

afterEach(async () => {
  clearEnvironment();
  Object.assign(process.env, before);
  await Promise.all(servers.splice(0).map(end));
});

function serve(server: Server): Promise<number> {
  servers.push(server);
  return listen(server);
}

/** An HTTP proxy that knows CONNECT and takes down where it went. */
function makeProxy(targets: string[]): HttpServer {
  const proxy = createHttpServer();
  proxy.on("connect", ({ url = "" }, near: Socket) => {
    targets.push(url);
    const far = connect(Number(url.split(":")[1]), "127.0.0.1", () => {
      near.write("HTTP/1.1 200 OK\r\n\r\n");
      near.pipe(far).pipe(near);
    });
    far.on("error", () => near.destroy());
    near.on("close", () => far.destroy());
  });
  return proxy;
}

/** Accepts a CONNECT, and keeps the connection. */
const accept = (sockets: Socket[]) => (socket: Socket) => {
  sockets.push(socket);
  socket.once("data", () => socket.write(Uint8Array.of(0x20, 3, 0, 0, 0)));
};

test.each([
  ["mqtt", "HTTP_PROXY"],
  ["mqtts", "https_proxy"],
] as const)(
  "%s: goes through the proxy of %s, and directly once NO_PROXY lists the server",
  async (scheme, variable) => {
    const { ca, server } = await makeCertificates();
    const sockets: Socket[] = [];
    const targets: string[] = [];
    const isSecure = scheme === "mqtts";
    const port = await serve(isSecure ? createTlsServer(server, accept(sockets)) : createServer(accept(sockets)));
    process.env[variable] = `http://127.0.0.1:${String(await serve(makeProxy(targets)))}`;
    const { client, finish } = trackClient(
      new Mqtt5Client({
        url: `${scheme}://localhost:${String(port)}`,
        proxy: "environment",
        minReconnectDelayMs: 1,
        ...(isSecure && { tls: { ca: ca.cert } }),
      }),
    );
    client.start();
    await client.waitUntilConnected();
    expect(targets).toEqual([`localhost:${String(port)}`]);

    process.env["NO_PROXY"] = "localhost";
    const lost = next(client, "disconnection");
    sockets[0]?.destroy();
    await lost;
    await client.waitUntilConnected();
    expect([targets.length, sockets.length]).toEqual([1, 2]);
    await finish();
  },
);
