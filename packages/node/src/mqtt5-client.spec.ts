import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "@jest/globals";
import { InvalidArgumentError } from "@mqtt5/core";
import { next } from "../../core/test/integration/inbox.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { end, listen } from "../test/support/local-servers.js";
import type { Mqtt5ClientOptions } from "./options/client-options.js";
import { Mqtt5Client } from "./mqtt5-client.js";

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map(end));
});

/** A CONNACK that accepts, without properties. */
const accepted = Uint8Array.of(0x20, 3, 0, 0, 0);

/** The CONNACK of a server without MQTT 5. */
const wrongVersion = Uint8Array.of(0x20, 2, 0, 1);

/** A server that does this with each connection; gives its URL. */
async function serve(behave: (socket: Socket) => void): Promise<string> {
  const server = createServer(behave);
  servers.push(server);
  return `mqtt://127.0.0.1:${String(await listen(server))}`;
}

function answering(answer: Uint8Array): (socket: Socket) => void {
  return (socket) => void socket.once("data", () => socket.write(answer));
}

function fieldOf(make: () => unknown): unknown {
  try {
    make();
  } catch (error) {
    return error instanceof InvalidArgumentError ? error.field : error;
  }
  return undefined;
}

describe("options", () => {
  const broken: readonly (readonly [string, object])[] = [
    ["tls", { url: "mqtt://localhost", tls: {} }],
    ["tls", { url: "ws://localhost", tls: { ca: "x" } }],
    ["tls.cert", { url: "mqtts://localhost", tls: { cert: "no certificate", key: "no key" } }],
    ["tls.ca", { url: "mqtts://localhost", tls: { ca: 7 } }],
    ["tls.key", { url: "mqtts://localhost", tls: { key: ["x", null] } }],
    ["tls.passphrase", { url: "mqtts://localhost", tls: { passphrase: 7 } }],
    ["tls.alpnProtocols", { url: "mqtts://localhost", tls: { alpnProtocols: [""] } }],
    ["tls.rejectUnauthorized", { url: "mqtts://localhost", tls: { rejectUnauthorized: "no" } }],
    ["tls.unknown", { url: "mqtts://localhost", tls: { unknown: true } }],
    ["tls.checkServerIdentity", { url: "mqtts://localhost", tls: { checkServerIdentity: true } }],
    [
      "tls.rejectUnauthorized",
      { url: "mqtts://localhost", tls: { rejectUnauthorized: false, checkServerIdentity: () => undefined } },
    ],
    ["proxy", { url: "mqtt://localhost", proxy: "ftp://localhost" }],
    ["proxy", { url: "mqtt://localhost", proxy: 7 }],
    ["proxy.url", { url: "mqtt://localhost", proxy: {} }],
    ["proxy.url", { url: "mqtt://localhost", proxy: { url: 7 } }],
    ["proxy.url", { url: "mqtt://localhost", proxy: { url: "localhost" } }],
    ["proxy.unknown", { url: "mqtt://localhost", proxy: { url: "http://localhost", unknown: 1 } }],
    ["proxy.tls", { url: "mqtt://localhost", proxy: { url: "http://localhost", tls: {} } }],
    ["proxy.tls.ca", { url: "mqtt://localhost", proxy: { url: "https://localhost", tls: { ca: 7 } } }],
    ["proxy.tls.cert", { url: "mqtt://localhost", proxy: { url: "https://localhost", tls: { cert: "x", key: "x" } } }],
    ["proxy", { url: "mqtt://localhost", proxy: "http://localhost", socket: { path: "/run/mqtt" } }],
    [
      "followServerReference",
      { url: "mqtt://localhost", followServerReference: () => undefined, socket: { path: "/run/mqtt" } },
    ],
    ["socket.path", { url: "mqtt://localhost", socket: { path: "" } }],
    ["socket.path", { url: "mqtt://localhost", socket: { path: "/run/mqtt\0" } }],
    ["socket.family", { url: "mqtt://localhost", socket: { family: 5 } }],
    ["socket.connectTimeoutMs", { url: "mqtt://localhost", socket: { connectTimeoutMs: 0 } }],
    ["socket.keepAlive", { url: "mqtt://localhost", socket: { keepAlive: 1 } }],
    ["socket.keepAliveInitialDelayMs", { url: "mqtt://localhost", socket: { keepAliveInitialDelayMs: -1 } }],
    ["socket.unknown", { url: "mqtt://localhost", socket: { unknown: true } }],
    ["webSocket", { url: "mqtt://localhost", webSocket: {} }],
    ["webSocket.onePacketPerFrame", { url: "ws://localhost", webSocket: { onePacketPerFrame: 1 } }],
    ["webSocket.unknown", { url: "ws://localhost", webSocket: { unknown: true } }],
    ["websocketHandshakeTransform", { url: "mqtts://localhost", websocketHandshakeTransform: () => undefined }],
    ["websocketHandshakeTransform", { url: "ws://localhost", websocketHandshakeTransform: {} }],
    ["followServerReference", { url: "ws://localhost", followServerReference: "other" }],
    ["unknown", { url: "mqtt://localhost", unknown: true }],
    ["url", { url: "http://localhost" }],
    ["url", { url: ["mqtt://localhost", "mqtt://127.0.0.1"], socket: { path: "/run/mqtt" } }],
    ["url[1]", { url: ["mqtts://localhost", "mqtt://localhost"] }],
    ["tls", { url: ["mqtt://localhost", "ws://localhost"], tls: {} }],
    ["tls.cert", { url: ["wss://localhost", "mqtts://localhost"], tls: { cert: "no certificate", key: "no key" } }],
    ["webSocket", { url: ["mqtt://localhost", "mqtt://127.0.0.1"], webSocket: {} }],
  ];

  test.each(broken)("refuses a wrong %s", (field, options) => {
    expect(fieldOf(() => new Mqtt5Client(options as Mqtt5ClientOptions))).toBe(field);
  });

  test.each([
    { url: new URL("mqtt://me:hush@localhost") },
    { url: "mqtts://localhost", tls: { passphrase: { secret: "hush" } } },
    { url: "mqtts://localhost", tls: "hush" },
    { url: "mqtt://localhost", proxy: "ftp://me:hush@localhost" },
    { url: "mqtt://localhost", proxy: { url: "http://me:hush@localhost/path" } },
    { url: "mqtt://localhost", proxy: ["http://me:hush@localhost"] },
    { url: "mqtt://localhost", proxy: "http://me:hush@localhost", socket: { path: "/run/mqtt" } },
  ])("quotes no secret", (options) => {
    expect.assertions(1);
    try {
      new Mqtt5Client(options as unknown as Mqtt5ClientOptions);
    } catch (error) {
      expect(inspect(error)).not.toContain("hush");
    }
  });

  test.each([
    { url: ["mqtt://localhost", "ws://localhost"], webSocket: {} },
    { url: ["wss://localhost", "mqtts://localhost"], tls: {}, websocketHandshakeTransform: (request) => request },
    { url: () => "mqtts://localhost", tls: {}, webSocket: {} },
    { url: ["mqtt://localhost"], socket: { path: "/run/mqtt" } },
  ] satisfies Mqtt5ClientOptions[])("may be those of each transport in %j", (options) => {
    expect(() => new Mqtt5Client(options)).not.toThrow();
  });

  test("may be frozen, and are not written to", () => {
    const options = Object.freeze({
      url: "mqtts://localhost",
      tls: Object.freeze({ alpnProtocols: Object.freeze(["mqtt"]) }),
      socket: Object.freeze({ family: 4 as const }),
    });
    expect(() => [new Mqtt5Client(options), new Mqtt5Client(options)]).not.toThrow();
  });
});

describe("options that are accessors of a class", () => {
  const options = (url: string, path: string) =>
    new (class {
      get url(): string {
        return url;
      }
      get socket(): NonNullable<Mqtt5ClientOptions["socket"]> {
        return new (class {
          get path(): string {
            return path;
          }
        })();
      }
    })();

  test("count, as do those of the socket", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mqtt5-"));
    const server = createServer(answering(accepted));
    servers.push(server);
    const path = join(folder, "socket");
    await once(server.listen(path), "listening");
    const { client, finish } = trackClient(new Mqtt5Client(options("mqtt://localhost", path)));
    client.start();
    await client.waitUntilConnected();
    await finish();
    rmSync(folder, { recursive: true });
  });

  test("are checked beside the option transport too", () => {
    class Both {
      url = "x:";
      transport = () => ({ write: () => true, close: () => undefined, abort: () => undefined });
      get socket(): object {
        return {};
      }
    }
    expect(fieldOf(() => new Mqtt5Client(new Both()))).toBe("socket");
  });
});

describe("a connection that does not come about", () => {
  test("says that the server does not speak MQTT 5", async () => {
    const { client, finish } = trackClient(new Mqtt5Client({ url: await serve(answering(wrongVersion)) }));
    const failed = next(client, "connectionFailure");
    client.start();
    expect((await failed).error).toMatchObject({
      code: "UNSUPPORTED_PROTOCOL_VERSION",
      message: expect.stringContaining("unsupported protocol version"),
    });
    await finish();
  });

  test("scenario 44: breaks in the phase connack while CONNACK is awaited", async () => {
    const url = await serve((socket) => void socket.once("data", () => socket.resetAndDestroy()));
    const { client, finish } = trackClient(new Mqtt5Client({ url }));
    const failed = next(client, "connectionFailure");
    client.start();
    expect((await failed).error).toMatchObject({ code: "CONNECTION_FAILED", phase: "connack" });
    await finish();
  });

  test("ends in the phase connack when the server hangs up on CONNECT", async () => {
    const url = await serve((socket) => void socket.once("data", () => socket.end()));
    const { client, finish } = trackClient(new Mqtt5Client({ url }));
    const failed = next(client, "connectionFailure");
    client.start();
    expect((await failed).error).toMatchObject({ code: "CONNECTION_FAILED", phase: "connack" });
    await finish();
  });
});

describe("received payloads", () => {
  /** A QoS 0 PUBLISH to "t" with a payload of 70 bytes. */
  const message = Uint8Array.of(0x30, 4 + 70, 0, 1, 0x74, 0, ...new Uint8Array(70).fill(0x78));

  test("share blocks of their size class, which no transfer empties", async () => {
    const url = await serve(answering(Uint8Array.of(...accepted, ...message, ...message)));
    const { client, finish } = trackClient(new Mqtt5Client({ url }));
    const payloads: Uint8Array[] = [];
    const both = new Promise<void>((resolve) => {
      client.on("messageReceived", ({ message: { payload } }) => {
        if (payloads.push(payload) === 2) {
          resolve();
        }
      });
    });
    client.start();
    await both;
    expect(payloads.map(({ buffer }) => buffer.byteLength)).toStrictEqual([4_096, 4_096]);
    try {
      structuredClone(payloads[0], { transfer: [payloads[0]?.buffer as ArrayBuffer] });
    } catch {
      // Later versions of Node refuse the transfer.
    }
    expect(payloads.map(({ length }) => length)).toStrictEqual([70, 70]);
    await finish();
  });
});

describe("stopping", () => {
  test("ends an attempt that is never answered", async () => {
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    const url = await serve((socket) => void socket.once("data", isAsked));
    const { client, finish } = trackClient(new Mqtt5Client({ url }));
    client.start();
    const waiting = client.waitUntilConnected();
    await asked;
    await Promise.all([expect(waiting).rejects.toThrow(), finish()]);
    expect(client.state).toBe("stopped");
  });

  test("ends within its deadline with a server that has stopped reading", async () => {
    const url = await serve((socket) => {
      socket.once("data", () => {
        socket.write(accepted);
        socket.pause();
      });
    });
    const { client, finish } = trackClient(new Mqtt5Client({ url }));
    client.start();
    await client.waitUntilConnected();
    const payload = new Uint8Array(1_048_576);
    const publishes = Array.from({ length: 32 }, () => client.publish({ topic: "t", payload }));
    const settled = Promise.allSettled(publishes);
    await client.stop({ timeoutMs: 50 });
    expect((await settled).some(({ status }) => status === "rejected")).toBe(true);
    await finish();
  });
});
