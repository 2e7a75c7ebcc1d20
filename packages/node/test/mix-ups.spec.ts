/**
 * A port for another protocol, a server that wants a client certificate, and servers that hang up: the error names the
 * likely mistake. The peers are mosquitto, and the servers of Node for HTTP and TLS.
 */

import { createServer as createHttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type SecureVersion } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makeCertificates, type TestCertificates } from "../../core/test/integration/certificates.js";
import { next } from "../../core/test/integration/inbox.js";
import { findMosquitto, Mosquitto, type TransportName } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { Mqtt5Client, type MqttError } from "../src/index.js";
import { end, listen } from "./support/local-servers.js";

let certificates: TestCertificates;
const servers: Server[] = [];

beforeAll(async () => {
  certificates = await makeCertificates();
});

afterAll(async () => {
  await Promise.all(servers.map(end));
});

/** Opens a server, and gives its port. */
function serve(server: Server): Promise<number> {
  server.on("tlsClientError", () => undefined);
  servers.push(server);
  return listen(server);
}

async function failureAt(scheme: TransportName, port: number): Promise<MqttError> {
  const isSecure = scheme === "mqtts" || scheme === "wss";
  const { client, finish } = trackClient(
    new Mqtt5Client({
      url: `${scheme}://127.0.0.1:${String(port)}`,
      ...(isSecure && { tls: { ca: certificates.ca.cert } }),
    }),
  );
  const failed = next(client, "connectionFailure");
  client.start();
  const { error } = await failed;
  await finish();
  return error;
}

/** For a server that may end a connection, or reset it, before it has read all of a request. */
const belongTogether = /do scheme and port of the URL belong together\?/;
const noTls = /this port does not speak TLS: use mqtt: or ws: for it/;
const http = /the server speaks HTTP: use a ws: or wss: URL for this port/;
const certificate = /the server may want another client certificate: see tls\.cert and tls\.key/;

const program = findMosquitto();

(needProgram(program, "mosquitto", "MOSQUITTO_PATH") ? describe : describe.skip)("at mosquitto", () => {
  let broker: Mosquitto;
  let strict: Mosquitto;

  beforeAll(async () => {
    broker = await Mosquitto.start(program ?? "", certificates);
    strict = await Mosquitto.start(program ?? "", certificates, true);
  });

  afterAll(async () => {
    await broker.stop();
    await strict.stop();
  });

  test.each<readonly [TransportName, TransportName, RegExp]>([
    ["mqtt", "mqtts", belongTogether],
    ["mqtt", "ws", http],
    ["mqtt", "wss", belongTogether],
    ["mqtts", "mqtt", belongTogether],
    ["mqtts", "ws", noTls],
    ["mqtts", "wss", http],
    ["ws", "mqtt", belongTogether],
    ["ws", "mqtts", belongTogether],
    ["ws", "wss", belongTogether],
    ["wss", "mqtt", belongTogether],
    ["wss", "mqtts", belongTogether],
    ["wss", "ws", noTls],
  ])("%s: at the port of %s:", async (scheme, port, expected) => {
    const { message } = await failureAt(scheme, broker.ports[port]);
    expect(message).toMatch(expected);
  });

  test.each<TransportName>(["mqtts", "wss"])("%s: without the certificate that it requires", async (scheme) => {
    const { message } = await failureAt(scheme, strict.ports[scheme]);
    expect(message).toMatch(certificate);
  });
});

describe("at a web server", () => {
  test.each<readonly [TransportName, RegExp]>([
    ["mqtt", http],
    ["mqtts", noTls],
    ["ws", /the server answered 200 OK \(there may be no WebSocket here: check scheme, port and path of the URL\)/],
    ["wss", noTls],
  ])("of HTTP, %s:", async (scheme, expected) => {
    const port = await serve(createHttpServer((_request, response) => response.end()));
    expect((await failureAt(scheme, port)).message).toMatch(expected);
  });

  test.each<readonly [TransportName, RegExp]>([
    ["mqtt", belongTogether],
    ["mqtts", http],
    ["ws", belongTogether],
    ["wss", /the server answered 200 OK \(there may be no WebSocket here/],
  ])("of HTTPS, %s:", async (scheme, expected) => {
    const port = await serve(createHttpsServer(certificates.server, (_request, response) => response.end()));
    expect((await failureAt(scheme, port)).message).toMatch(expected);
  });

  test("that redirects, the target is told without its query", async () => {
    const location = "https://other.example/mqtt?token=hush";
    const port = await serve(createHttpServer((_request, response) => response.writeHead(302, { location }).end()));
    const { message } = await failureAt("ws", port);
    expect(message).toMatch(
      /302 Found, a redirect to https:\/\/other\.example\/mqtt, which the client does not follow/,
    );
    expect(message).not.toContain("hush");
  });
});

describe("a server that wants a certificate", () => {
  const versions: readonly SecureVersion[] = ["TLSv1.2", "TLSv1.3"];
  const ways = versions.flatMap((version) => (["mqtts", "wss"] as const).map((scheme) => [version, scheme] as const));

  test.each(ways)("by %s, %s:", async (maxVersion, scheme) => {
    const { ca, server } = certificates;
    const options = { ...server, ca: ca.cert, requestCert: true, rejectUnauthorized: true, maxVersion };
    const error = await failureAt(scheme, await serve(createTlsServer(options)));
    expect(error.message).toMatch(certificate);
    expect(error.message).not.toMatch(/openssl/i);
  });
});

describe("a server that hangs up on CONNECT", () => {
  test.each<readonly [string, (socket: Socket) => void]>([
    ["politely", (socket) => void socket.end()],
    ["by a reset", (socket) => void socket.resetAndDestroy()],
  ])("%s", async (_, hangUp) => {
    const port = await serve(createServer((socket) => void socket.once("data", () => hangUp(socket))));
    const error = await failureAt("mqtt", port);
    expect(error).toMatchObject({ code: "CONNECTION_FAILED", phase: "connack", retryable: true });
    expect(error.message).toMatch(/did not answer CONNECT: .* \(does it speak MQTT 5, and do scheme and port/);
  });
});

test.each([0, 5])("a CONNACK of MQTT 3.1.1 with code %d says that the server does not speak MQTT 5", async (code) => {
  const answer = Uint8Array.of(0x20, 2, 0, code);
  const port = await serve(createServer((socket) => void socket.once("data", () => socket.write(answer))));
  const { message } = await failureAt("mqtt", port);
  expect(message).toMatch(new RegExp(`CONNACK of MQTT 3\\.1\\.1 with code ${String(code)}: the server does not speak`));
});
