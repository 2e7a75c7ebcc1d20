import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { connack, puback } from "../../../test/support/server-bytes.js";
import { type ClientBench, makeBench } from "../../../test/support/test-client.js";
import { InvalidArgumentError } from "../../errors.js";
import type { TransportFactory } from "../../ports/transport.js";
import { ConnectionError } from "../../protocol/errors/connection-errors.js";
import { ScriptedPeer, VirtualClock } from "../../testing/index.js";
import type { ClientOptions, ServerUrlProvider } from "../options/client-options.js";

const a = "mqtt://a.example";
const b = "mqtt://b.example";
const c = "mqtt://c.example";

/** A client, and a scripted peer for each host. */
interface Servers extends Omit<ClientBench, "peer" | "targets"> {
  /** The host of each attempt so far. */
  readonly hosts: string[];
  /** The hosts that accept no transport. */
  readonly down: Set<string>;
  /** The peer of a host. */
  readonly at: (host: string) => ScriptedPeer;
}

const refuse: TransportFactory = (handlers) => {
  handlers.closed(new ConnectionError({ phase: "tcp", message: "refused" }));
  return { write: () => true, close: () => undefined, abort: () => undefined };
};

/** Makes a client that waits one second after each failure. Every server answers CONNECT with success. */
function makeServers(options: Partial<ClientOptions>): Servers {
  const clock = new VirtualClock();
  const peers = new Map<string, ScriptedPeer>();
  const hosts: string[] = [];
  const down = new Set<string>();
  const at = (host: string): ScriptedPeer => {
    const known = peers.get(host);
    const peer = known ?? new ScriptedPeer({ clock });
    if (!known) {
      peers.set(host, peer);
      peer.acceptConnections();
    }
    return peer;
  };
  const bench = makeBench(
    { retryJitterMode: "none", minReconnectDelayMs: 1_000, maxReconnectDelayMs: 1_000, ...options },
    {
      clock,
      schemes: ["mqtt", "mqtts", "ws", "wss"],
      prepareTransport: ({ host }) => {
        hosts.push(host);
        return down.has(host) ? refuse : at(host).transport;
      },
    },
  );
  return { ...bench, clock, hosts, down, at };
}

/** Ends the connection of a host, which is down from then on. */
async function lose({ at, down, clock }: Servers, host: string): Promise<void> {
  down.add(host);
  at(host).close();
  await clock.settle();
}

describe("a list of servers", () => {
  it("is tried in turn, and begins with the server of the last connection after that", async () => {
    const servers = makeServers({ url: [a, b, c] });
    const { client, clock, hosts, down } = servers;
    down.add("a.example");
    client.start();
    await clock.advanceAndSettle(1_000);
    expect(client.isConnected).toBe(true);
    await lose(servers, "b.example");
    await clock.advanceAndSettle(2_000);
    expect(client.isConnected).toBe(true);
    expect(hosts.map(([name]) => name).join("")).toBe("abbc");
    await Promise.all([client.stop(), clock.settle()]);
    client.start();
    await clock.settle();
    expect(hosts.at(-1)).toBe("c.example");
  });

  it("is copied", async () => {
    const url = [a];
    const { client, clock, hosts } = makeServers({ url });
    url[0] = b;
    client.start();
    await clock.settle();
    expect(hosts).toEqual(["a.example"]);
  });

  it("passes over only a server that refuses for long, until the longest delay is over", async () => {
    const { client, clock, hosts, at, down } = makeServers({ url: [a, b], maxReconnectDelayMs: 10_000 });
    at("a.example").acceptConnections(connack({}, { reasonCode: 0x87 }));
    down.add("b.example");
    client.start();
    await clock.advanceAndSettle(9_999);
    expect(hosts.map(([name]) => name).join("")).toBe("abbbb");
    await clock.advanceAndSettle(1);
    expect(hosts.at(-1)).toBe("a.example");
  });

  it("waits as a whole after a session was taken over (0x8e)", async () => {
    const { client, clock, hosts, at } = makeServers({ url: [a, b], maxReconnectDelayMs: 10_000 });
    client.start();
    await clock.settle();
    at("a.example").sendPacket({ type: "disconnect", reasonCode: 0x8e });
    await clock.advanceAndSettle(9_999);
    expect(hosts).toEqual(["a.example"]);
    await clock.advanceAndSettle(1);
    expect(hosts).toEqual(["a.example", "a.example"]);
  });

  it("is named by the events and the log: host and port, no credentials and no query", async () => {
    const url = ["ws://us:hush@a.example/mqtt?token=hush", "ws://b.example:81/mqtt?token=hush"];
    const servers = makeServers({ url });
    const { client, clock, down, logged } = servers;
    const told: unknown[] = [];
    for (const name of ["attemptingConnect", "connectionSuccess", "disconnection"] as const) {
      client.on(name, (event) => told.push([name, event.server]));
    }
    down.add("a.example");
    client.start();
    await clock.settle();
    client.on("connectionFailure", (event) => told.push(["connectionFailure", event.server]));
    await clock.advanceAndSettle(1_000);
    await expect(client.waitUntilConnected()).resolves.toMatchObject({ server: "b.example:81" });
    await lose(servers, "b.example");
    await clock.advanceAndSettle(1_000);
    expect(told).toEqual([
      ["attemptingConnect", "a.example:80"],
      ["attemptingConnect", "b.example:81"],
      ["connectionSuccess", "b.example:81"],
      ["disconnection", "b.example:81"],
      ["attemptingConnect", "b.example:81"],
      ["connectionFailure", "b.example:81"],
    ]);
    expect(logged).toEqual([expect.stringMatching(/^no connection to a\.example:80: refused\./)]);
    expect(inspect([told, logged])).not.toContain("hush");
  });

  it("gets the credentials of connectOptions, and else those of each URL", async () => {
    const connects: unknown[] = [];
    for (const connectOptions of [{ username: "us", password: "secret" }, {}]) {
      const servers = makeServers({ url: ["mqtt://own:word@a.example", b], connectOptions });
      servers.client.start();
      await servers.clock.settle();
      await lose(servers, "a.example");
      await servers.clock.advanceAndSettle(2_000);
      connects.push(servers.at("a.example").expect("connect"), servers.at("b.example").expect("connect"));
    }
    const credentials = (username: string, password: string): unknown =>
      expect.objectContaining({ username, password: new TextEncoder().encode(password) });
    expect(connects).toEqual([
      credentials("us", "secret"),
      credentials("us", "secret"),
      credentials("own", "word"),
      expect.not.objectContaining({ username: expect.anything() }),
    ]);
  });
});

describe("the session at another server", () => {
  const rejoining: Partial<ClientOptions> = {
    url: [a, b],
    sessionBehavior: "rejoinAlways",
    connectOptions: { clientId: "one", sessionExpiryInterval: 3_600 },
  };

  /** Connects to the first server, publishes there, and loses it before the acknowledgement. */
  async function interrupt(options: Partial<ClientOptions> = {}): Promise<Servers & { published: Promise<unknown> }> {
    const servers = makeServers({ ...rejoining, ...options });
    const { client, clock, at } = servers;
    client.start();
    await clock.settle();
    const published = client.publish({ topic: "t", payload: "x", qos: 1 }).catch((error: unknown) => error);
    await clock.settle();
    at("a.example").takeAll();
    await lose(servers, "a.example");
    return { ...servers, published };
  }

  it("is asked for again where it was, after an attempt elsewhere that failed", async () => {
    const { clock, at, down, hosts } = await interrupt();
    down.add("b.example");
    await clock.advanceAndSettle(2_000);
    down.delete("a.example");
    at("a.example").acceptConnections(connack({}, { sessionPresent: true }));
    await clock.advanceAndSettle(1_000);
    expect(hosts).toEqual(["a.example", "a.example", "b.example", "a.example"]);
    expect(at("a.example").takeAll()).toMatchObject([
      { type: "connect", cleanStart: false },
      { type: "publish", dup: true },
    ]);
  });

  it.each([
    ["resendQos1", true],
    ["fail", false],
  ] as const)("is a new one, by whose CONNACK what is in flight is judged (%s)", async (behavior, isResent) => {
    const { clock, at, published } = await interrupt({ sessionLostPublishBehavior: behavior });
    await clock.advanceAndSettle(2_000);
    const [connect, ...others] = at("b.example").takeAll();
    expect(connect).toMatchObject({ type: "connect", cleanStart: true });
    expect(others).toMatchObject(isResent ? [{ type: "publish", dup: false, packetId: 2 }] : []);
    at("b.example").send(puback(2));
    await clock.settle();
    await expect(published).resolves.toMatchObject(isResent ? { qos: 1 } : { code: "SESSION_LOST" });
  });

  it("is resumed if the servers share their sessions", async () => {
    const { clock, at } = await interrupt({ serversShareSessions: true });
    at("b.example").acceptConnections(connack({}, { sessionPresent: true }));
    await clock.advanceAndSettle(2_000);
    expect(at("b.example").takeAll()).toMatchObject([
      { type: "connect", cleanStart: false },
      { type: "publish", dup: true },
    ]);
  });

  it.each([
    [false, true],
    [true, false],
  ])("follows a reference only if they share sessions (%p)", async (serversShareSessions, cleanStart) => {
    const { client, clock, at } = makeServers({
      ...rejoining,
      url: a,
      serversShareSessions,
      followServerReference: () => c,
    });
    client.start();
    await clock.settle();
    at("a.example").sendPacket({ type: "disconnect", reasonCode: 0x9c, serverReference: "c" });
    await clock.advanceAndSettle(1_000);
    expect(at("c.example").expect("connect").cleanStart).toBe(cleanStart);
  });
});

describe("a reference of a server in a list", () => {
  /** Lets the first server refer to the third, which is down, and gives the hosts of some attempts. */
  async function attemptsAfter(reasonCode: number, url: ClientOptions["url"] = [a, b]): Promise<string> {
    const { client, clock, hosts, at, down } = makeServers({ url, followServerReference: () => c });
    at("a.example").acceptConnections(connack({ serverReference: "c" }, { reasonCode }));
    down.add("b.example");
    down.add("c.example");
    client.start();
    await clock.advanceAndSettle(5_000);
    return hosts.map(([name]) => name).join("");
  }

  it.each([
    ["0x9c (use another server) is followed once, and the list goes on after it", 0x9c, "acbacb"],
    ["0x9d (server moved) replaces the server in the list", 0x9d, "acbcbc"],
  ])("with %s", async (_, reasonCode, expected) => {
    expect(await attemptsAfter(reasonCode)).toBe(expected);
  });

  it.each([0x9c, 0x9d])("is followed once from a server of a function (%i)", async (reasonCode) => {
    expect(await attemptsAfter(reasonCode, () => a)).toBe("acacac");
  });
});

describe("a function that supplies the URL", () => {
  it("is asked before each attempt, and may answer later", async () => {
    const asked: number[] = [];
    const url: ServerUrlProvider = (attempt) => {
      asked.push(attempt);
      return attempt === 1 ? a : Promise.resolve(b);
    };
    const servers = makeServers({ url });
    const { client, clock, hosts } = servers;
    const named: unknown[] = [];
    client.on("attemptingConnect", ({ server }) => named.push(server));
    client.on("connectionSuccess", ({ server }) => named.push(server));
    client.start();
    await clock.settle();
    await lose(servers, "a.example");
    await clock.advanceAndSettle(1_000);
    expect([asked, hosts]).toEqual([
      [1, 2],
      ["a.example", "b.example"],
    ]);
    expect(named).toEqual(["a.example:1883", "a.example:1883", undefined, "b.example:1883"]);
  });

  const nonsense =
    (value: unknown): ServerUrlProvider =>
    () =>
      value as string;
  it.each<readonly [string, ServerUrlProvider, object]>([
    [
      "throws",
      () => {
        throw new Error("no directory");
      },
      { message: "prepare failed: no directory" },
    ],
    ["rejects", () => Promise.reject(new Error("no directory")), { message: "prepare failed: no directory" }],
    ["does not answer", () => new Promise(() => undefined), { code: "CONNECT_TIMEOUT" }],
    ["returns nothing", nonsense(undefined), { cause: expect.any(InvalidArgumentError) }],
    ["returns a list", nonsense([a]), { cause: expect.objectContaining({ field: "url()" }) }],
    ["returns a text that is no URL", () => "hush", { cause: expect.objectContaining({ field: "url()" }) }],
    ["resolves with another scheme", () => Promise.resolve("http://hush"), { cause: expect.any(InvalidArgumentError) }],
  ])("fails the attempt when it %s, and the next one comes", async (_, first, expected) => {
    const url: ServerUrlProvider = (attempt) => (attempt === 1 ? first(attempt) : b);
    const { client, clock, hosts } = makeServers({ url, connectTimeoutMs: 500 });
    const failures: unknown[] = [];
    client.on("connectionFailure", ({ error, server }) => failures.push([error, server]));
    client.start();
    await clock.advanceAndSettle(1_500);
    expect(failures).toEqual([[expect.objectContaining({ phase: "prepare", ...expected }), undefined]]);
    expect(inspect(failures)).not.toContain("hush");
    expect([client.isConnected, hosts]).toEqual([true, ["b.example"]]);
  });

  it("does no harm when it answers after its attempt", async () => {
    let answer: (url: string) => void = () => undefined;
    const late = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const { client, clock, hosts } = makeServers({
      url: (attempt) => (attempt === 1 ? late : b),
      connectTimeoutMs: 500,
    });
    const named: unknown[] = [];
    client.on("disconnection", ({ server }) => named.push(server));
    client.start();
    await clock.advanceAndSettle(1_500);
    answer(a);
    await clock.settle();
    await Promise.all([client.stop(), clock.settle()]);
    expect(named).toEqual(["b.example:1883"]);
    expect(hosts[0]).toBe("b.example");
  });

  it.each([
    [false, ["a.example"]],
    [true, ["a.example", "b.example"]],
  ])("leads from TLS to a server without only with allowInsecure (%p)", async (allowInsecure, expected) => {
    const servers = makeServers({ url: (attempt) => (attempt === 1 ? "mqtts://a.example" : b), allowInsecure });
    const { client, clock, hosts } = servers;
    client.start();
    await clock.settle();
    await lose(servers, "a.example");
    await clock.advanceAndSettle(2_000);
    expect(hosts).toEqual(expected);
  });

  it("counts as a source of fresh credentials", async () => {
    const { client, clock, hosts, at } = makeServers({ url: () => a, maxReconnectDelayMs: 10_000 });
    at("a.example").acceptConnections(connack({}, { reasonCode: 0x87 }));
    client.start();
    await clock.advanceAndSettle(10_999);
    expect(hosts).toHaveLength(2);
    await clock.advanceAndSettle(1);
    expect(hosts).toHaveLength(3);
  });
});

describe("the option url", () => {
  const refusalOf = (url: unknown, options: Partial<ClientOptions> = {}): unknown => {
    try {
      makeServers({ ...options, url: url as string });
    } catch (error) {
      return error;
    }
    return undefined;
  };

  it.each<readonly [unknown, string, RegExp]>([
    [[], "url", /a list of at least one string, or a function$/],
    [7, "url", /a string, a list of at least one string/],
    [[a, 7], "url", /a string, a list of at least one string/],
    [[a, "mqtt://us:hush@b.example:port?hush"], "url[1]", /^url\[1\] must be mqtt\|/],
    [[a, "http://hush@b.example"], "url[1]", /^url\[1\] must be mqtt\|/],
    [["mqtts://a.example", "mqtt://hush@b.example"], "url[1]", /a URL with TLS, as others in the list are, unless/],
    [["ws://us:hush@a.example", "wss://b.example"], "url[0]", /a URL with TLS, as others in the list are, unless/],
  ])("refuses %j, and quotes no secret", (url, field, message) => {
    const error = refusalOf(url);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ field, message: expect.stringMatching(message) });
    expect(inspect(error, { showHidden: true })).not.toContain("hush");
  });

  it("takes URLs with and without TLS together with allowInsecure", () => {
    expect(refusalOf(["mqtts://a.example", b], { allowInsecure: true })).toBeUndefined();
  });
});
