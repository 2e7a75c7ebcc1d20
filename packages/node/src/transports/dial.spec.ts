/** The ways through proxies, against proxies on raw bytes; `test/proxies.spec.ts` has real ones. */

import type { Server } from "node:net";
import { bytesOfHex } from "@mqtt5/core/testing";
import { afterEach, describe, expect, test } from "@jest/globals";
import { end, urlOf } from "../../test/support/local-servers.js";
import { TransportRecord } from "../../test/support/recorded-transport.js";
import { type ProxyConnection, serveScript } from "../../test/support/scripted-proxy.js";
import type { Destination } from "./destination.js";
import { nodeClock } from "../platform/node-clock.js";
import { toProxySettings } from "../proxies/proxy-settings.js";
import type { SocketOptions } from "../options/socket-options.js";
import { StreamTransport } from "./stream-transport.js";

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map(end));
});

interface Way {
  /** Scheme and user info of the proxy's URL. */
  readonly proxy: string;
  readonly host?: string;
  readonly socketOptions?: SocketOptions;
}

/** A transport to a server that only the proxy could reach, through a proxy that plays this script. */
async function dialThrough(way: Way, script: Script) {
  return transportThrough(way, await serveScript(servers, script));
}

function transportThrough({ proxy, host = "broker.invalid", socketOptions = {} }: Way, port: number) {
  const destination: Destination = {
    server: urlOf("mqtt", 1883, host),
    socketOptions,
    tlsSettings: undefined,
    proxy: toProxySettings(`${proxy}127.0.0.1:${String(port)}`),
    clock: nodeClock,
  };
  const record = new TransportRecord();
  return { record, transport: new StreamTransport(destination, record) };
}

type Script = (connection: ProxyConnection) => Promise<void>;

const blankLine = "\r\n\r\n";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

describe("CONNECT", () => {
  test.each([
    ["a name", "http://", "broker.invalid", "broker.invalid:1883", []],
    ["an address", "http://", "192.0.2.1", "192.0.2.1:1883", []],
    ["an IPv6 address", "http://", "2001:db8::1", "[2001:db8::1]:1883", []],
    [
      "credentials",
      "http://m%C3%A9:hu%3Ash@",
      "broker.invalid",
      "broker.invalid:1883",
      [`proxy-authorization: Basic ${Buffer.from("mé:hu:sh").toString("base64")}`],
    ],
  ])("carries %s, and nothing that is not needed", async (...row) => {
    const [, proxy, host, authority, more] = row;
    const requests: string[] = [];
    const { record, transport } = await dialThrough({ proxy, host }, async (connection) => {
      requests.push(await connection.readUntil(blankLine));
      connection.send("HTTP/1.1 200 Connection established\r\n\r\n");
    });
    await record.reached("opened");
    expect(requests).toEqual([[`CONNECT ${authority} HTTP/1.1`, `host: ${authority}`, ...more, "", ""].join("\r\n")]);
    expect(record.phases).toEqual(["proxy"]);
    transport.abort();
    await record.reached("closed");
  });

  test("keeps what comes after the proxy's answer, and carries bytes both ways", async () => {
    const { record, transport } = await dialThrough({ proxy: "http://" }, async (connection) => {
      await connection.readUntil(blankLine);
      connection.send("HTTP/1.0 200 OK\r\nVia: x\r\n\r\nfirst");
      connection.send(await connection.read(4));
    });
    await record.reached("opened");
    await record.read(5);
    transport.write([bytes("la"), bytes("st")]);
    expect((await record.read(9)).toString()).toBe("firstlast");
    transport.close();
    await record.reached("closed");
    expect(record.error).toBeUndefined();
  });

  test("takes an answer byte by byte", async () => {
    const { record, transport } = await dialThrough({ proxy: "http://" }, async (connection) => {
      await connection.readUntil(blankLine);
      await connection.sendSlowly(bytes("HTTP/1.1 299 \r\nContent-Length: 9\r\n\r\nfirst"));
    });
    expect((await record.read(5)).toString()).toBe("first");
    transport.abort();
    await record.reached("closed");
  });

  test("reads on after interim answers, to the final one", async () => {
    const { record, transport } = await dialThrough({ proxy: "http://" }, async (connection) => {
      await connection.readUntil(blankLine);
      connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
      await connection.sendSlowly(bytes("HTTP/1.1 102\r\n\r\n"));
      connection.send("HTTP/1.1 200 OK\r\n\r\nfirst");
    });
    expect((await record.read(5)).toString()).toBe("first");
    transport.abort();
    await record.reached("closed");
  });

  test.each([
    [101, true],
    [407, false],
    [403, false],
    [401, false],
    [302, true],
    [502, true],
    [503, true],
  ])("fails in the phase proxy when it is answered %p", async (statusCode, retryable) => {
    const { record } = await dialThrough({ proxy: "http://me:hush@" }, async (connection) => {
      await connection.readUntil(blankLine);
      connection.send(`HTTP/1.1 ${String(statusCode)} ${"No".repeat(200)}\r\n\r\nwhy not`);
    });
    await record.reached("closed");
    expect(record.events).toEqual(["closed"]);
    expect(record.error).toMatchObject({
      phase: "proxy",
      code: "CONNECTION_FAILED",
      retryable,
      message: expect.stringMatching(
        /broker\.invalid:1883 through the proxy 127\.0\.0\.1:\d+: it answered \d+ (No){119}N…$/,
      ),
      cause: expect.objectContaining({ name: "RefusalError", statusCode }),
    });
  });

  test.each([
    ["does not speak HTTP", "220 mail.example ESMTP\r\n"],
    ["sends a header without end", `HTTP/1.1 200 OK\r\nx: ${"x".repeat(20_000)}`],
    ["sends interim answers without end", "HTTP/1.1 100 Continue\r\n\r\n".repeat(1_000)],
    ["says something else, and waits", `HTTP/2 200 OK\r\n${" ".repeat(100)}`],
    ["sends headers without end", `HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(10_000)}`],
    ["hangs up", ""],
    ["hangs up in the middle", "HTTP/1.1 200 OK\r\n"],
  ])("fails in the phase proxy when it %s", async (_what, answer) => {
    const { record } = await dialThrough({ proxy: "http://me:hush@" }, async (connection) => {
      await connection.readUntil(blankLine);
      connection.send(answer);
      if (answer.length < 100) {
        connection.end();
      }
    });
    await record.reached("closed");
    expect(record.events).toEqual(["closed"]);
    expect(record.error).toMatchObject({ phase: "proxy", code: "CONNECTION_FAILED", retryable: true });
    expect(record.error?.message).not.toMatch(/hush/);
  });
});

/** The greeting of a client without credentials, and the answer that it needs none. */
async function greet(connection: ProxyConnection): Promise<void> {
  expect([...(await connection.read(3))]).toEqual([5, 1, 0]);
  connection.send(Uint8Array.of(5, 0));
}

describe("SOCKS5", () => {
  test.each([
    ["a name", "ab.invalid", [3, 10, ...bytes("ab.invalid")]],
    ["an address", "192.0.2.1", [1, 192, 0, 2, 1]],
    ["an IPv6 address", "2001:db8::a:1", [4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa, 0, 1]],
    ["the shortest one", "::", [4, ...new Uint8Array(16)]],
    ["one without gap", "1:2:3:4:5:6:7:8", [4, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
  ])("carries %s", async (_what, host, address) => {
    let asked: readonly number[] = [];
    const { record, transport } = await dialThrough({ proxy: "socks5://", host }, async (connection) => {
      await greet(connection);
      asked = [...(await connection.read(3 + address.length + 2))];
      connection.send(Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
    });
    await record.reached("opened");
    expect(asked).toEqual([5, 1, 0, ...address, 0x07, 0x5b]);
    expect(record.phases).toEqual(["proxy"]);
    transport.abort();
    await record.reached("closed");
  });

  test.each([
    ["an address", [1, 10, 0, 0, 1]],
    ["an IPv6 address", [4, ...new Uint8Array(16)]],
    ["a name", [3, 3, 1, 2, 3]],
  ])("reads an answer with %s byte by byte, and keeps what comes after it", async (_what, address) => {
    const { record, transport } = await dialThrough({ proxy: "socks5://", host: "192.0.2.1" }, async (connection) => {
      await greet(connection);
      await connection.read(10);
      await connection.sendSlowly(Uint8Array.of(5, 0, 0, ...address, 9, 9));
      connection.send("first");
      connection.send(await connection.read(4));
    });
    await record.read(5);
    transport.write([bytes("last")]);
    expect((await record.read(9)).toString()).toBe("firstlast");
    transport.abort();
    await record.reached("closed");
  });

  test("keeps what comes with the answer", async () => {
    const { record, transport } = await dialThrough({ proxy: "socks5://", host: "192.0.2.1" }, async (connection) => {
      await greet(connection);
      await connection.read(10);
      connection.send(Buffer.concat([Uint8Array.of(5, 0, 0, 1, 10, 0, 0, 1, 9, 9), bytes("first")]));
    });
    expect((await record.read(5)).toString()).toBe("first");
    transport.abort();
    await record.reached("closed");
  });

  test("gives user name and password where they are asked for", async () => {
    let given: readonly number[] = [];
    const { record, transport } = await dialThrough({ proxy: "socks5://m%C3%A9:hush@" }, async (connection) => {
      expect([...(await connection.read(4))]).toEqual([5, 2, 0, 2]);
      connection.send(Uint8Array.of(5, 2));
      given = [...(await connection.read(10))];
      connection.send(Uint8Array.of(1, 0));
      await connection.read(4);
      connection.send(Uint8Array.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
    });
    await record.reached("opened");
    expect(given).toEqual([1, 3, ...Buffer.from("mé"), 4, ...bytes("hush")]);
    transport.abort();
    await record.reached("closed");
  });

  test.each([
    ["it accepts neither no credentials nor these", false, ["05 ff"]],
    ["it accepts neither no credentials nor these", false, ["05 01"]],
    ["it does not speak SOCKS5", false, ["04 00"]],
    ["it does not speak SOCKS5", false, ["48 54"]],
    ["it refused user name and password", false, ["05 02", "01 01"]],
    ['it answered "general failure"', true, ["05 00", "05 01 00 01"]],
    ['it answered "connection not allowed"', false, ["05 00", "05 02 00 01"]],
    ['it answered "host unreachable"', true, ["05 00", "05 04 00 01"]],
    ['it answered "connection refused"', true, ["05 00", "05 05 00 01"]],
    ['it answered "reply 99"', true, ["05 00", "05 63 00 01"]],
  ])("fails in the phase proxy: %s", async (message, retryable, answers) => {
    const { record } = await dialThrough({ proxy: "socks5://me:hush@" }, async (connection) => {
      for (const answer of answers) {
        await connection.read(4);
        connection.send(bytesOfHex(answer));
      }
    });
    await record.reached("closed");
    expect(record.events).toEqual(["closed"]);
    expect(record.error).toMatchObject({
      phase: "proxy",
      code: "CONNECTION_FAILED",
      retryable,
      message: expect.stringContaining(message),
      cause: expect.objectContaining({ name: "RefusalError", statusCode: undefined }),
    });
    expect(record.error?.message).not.toMatch(/hush/);
  });

  test("fails in the phase proxy for a name that it cannot carry", async () => {
    const way = { proxy: "socks5://", host: "x".repeat(256) };
    const { record } = await dialThrough(way, greet);
    await record.reached("closed");
    expect(record.error).toMatchObject({ phase: "proxy", retryable: false });
  });

  test.each([
    ["at once", []],
    ["in the middle of its answer", [5]],
  ])("fails in the phase proxy when it hangs up %s", async (_when, answer) => {
    const { record } = await dialThrough({ proxy: "socks5://" }, async (connection) => {
      await connection.read(3);
      connection.send(Uint8Array.from(answer));
      connection.end();
    });
    await record.reached("closed");
    expect(record.error).toMatchObject({ phase: "proxy", message: expect.stringContaining("closed") });
  });
});

describe.each(["http://", "socks5://"])("a proxy of %s", (proxy) => {
  test("that is not there is a failure of the phase proxy", async () => {
    const way = { proxy: `${proxy}me:hush@` };
    const port = await serveScript(servers, greet);
    await Promise.all(servers.splice(0).map(end));
    const record = transportThrough(way, port).record;
    await record.reached("closed");
    expect(record.phases).toEqual(["proxy"]);
    expect(record.error).toMatchObject({
      phase: "proxy",
      retryable: true,
      cause: expect.objectContaining({ code: "ECONNREFUSED" }),
    });
  });

  test("can be given up while it does not answer", async () => {
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    const { record, transport } = await dialThrough({ proxy }, async (connection) => {
      await connection.read(3);
      isAsked();
    });
    await asked;
    transport.abort();
    await record.reached("closed");
    expect(record.events).toEqual(["closed"]);
    expect(record.error).toBeUndefined();
  });

  test("has the time that connecting may take", async () => {
    const { record } = await dialThrough({ proxy, socketOptions: { connectTimeoutMs: 30 } }, async (connection) => {
      await connection.read(3);
    });
    await record.reached("closed");
    expect(record.error).toMatchObject({ phase: "proxy", code: "CONNECT_TIMEOUT" });
  });
});
