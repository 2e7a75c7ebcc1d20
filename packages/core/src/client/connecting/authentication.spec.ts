import { describe, expect, it } from "@jest/globals";
import { auth, connack, connackResumed, suback } from "../../../test/support/server-bytes.js";
import { type ClientBench, makeBench, makeConnectedBench } from "../../../test/support/test-client.js";
import type { MqttError } from "../../errors.js";
import type { Authentication, AuthenticationReply } from "./authentication.js";
import type { ClientOptions } from "../options/client-options.js";

const accepted = connack({ authenticationMethod: "m", authenticationData: Buffer.from("final") });
const text = (data: Uint8Array | undefined): string => new TextDecoder().decode(data);
const bug = new Error("bug");

/** A client whose functions answer what they were shown; `calls` has what that was. */
function makeAuthenticating(
  functions: Partial<Authentication> = {},
  options: Partial<ClientOptions> = {},
): ClientBench & { readonly calls: string[]; readonly failures: unknown[] } {
  const calls: string[] = [];
  const authentication: Authentication = {
    method: "m",
    start: (kind) => {
      calls.push(`start ${kind}`);
      return { data: `first ${kind}` };
    },
    respond: async ({ data }) => {
      calls.push(`respond ${text(data)}`);
      await Promise.resolve();
      return { data: new Uint8Array([1, 2]), userProperties: [{ name: "n", value: "v" }] };
    },
    verify: ({ data }) => {
      calls.push(`verify ${text(data)}`);
    },
    ...functions,
  };
  const bench = makeBench({ authentication, ...options });
  const failures: unknown[] = [];
  bench.client.on("connectionFailure", ({ error }) => failures.push(error));
  bench.client.on("disconnection", ({ error }) => failures.push(error));
  return { ...bench, calls, failures };
}

async function makeAuthenticated(
  functions: Partial<Authentication> = {},
): Promise<ReturnType<typeof makeAuthenticating>> {
  const bench = makeAuthenticating(functions);
  bench.client.start();
  bench.peer.acceptConnections(accepted);
  await bench.clock.settle();
  bench.peer.expect("connect");
  bench.calls.splice(0);
  return bench;
}

describe("a CONNACK with Session Present 0 that is not accepted in the end", () => {
  const fresh = connack({ authenticationMethod: "m" });
  const resumed = connackResumed({ authenticationMethod: "m" });
  type Verify = NonNullable<Authentication["verify"]>;

  /** Comes to a session with a subscription and a QoS 2 message in flight; then `end` ends an attempt after CONNACK. */
  async function afterUnaccepted(
    verify: { current: Verify },
    answer: Uint8Array,
    end: (bench: ClientBench) => Promise<void>,
  ): Promise<{ sent: string[]; outcome: () => unknown }> {
    const bench = makeAuthenticating(
      { verify: (packet) => verify.current(packet) },
      {
        sessionBehavior: "rejoinAlways",
        connectOptions: { clientId: "c", sessionExpiryInterval: 600, keepAlive: 0 },
        minReconnectDelayMs: 1,
        maxReconnectDelayMs: 1,
        connackTimeoutMs: 100,
      },
    );
    const { client, clock, peer } = bench;
    let outcome: unknown = "pending";
    client.start();
    peer.acceptConnections(fresh);
    await clock.settle();
    const subscribed = client.subscribe({ topicFilter: "a", qos: 1 });
    await clock.settle();
    peer.send(suback(1, 1));
    await subscribed;
    client.publish({ topic: "t", qos: 2 }).catch((error: unknown) => {
      outcome = (error as MqttError).outcome;
    });
    await clock.settle();
    verify.current = () => {
      throw bug;
    };
    peer.acceptConnections(answer);
    await end(bench);
    verify.current = () => undefined;
    peer.acceptConnections(resumed);
    peer.takeAll();
    client.start();
    await clock.advanceAndSettle(1);
    const sent = peer.takeAll().map(({ type }) => type);
    return { sent, outcome: () => outcome };
  }

  const cut = async ({ peer, clock }: ClientBench): Promise<void> => {
    peer.close();
    await clock.advanceAndSettle(1);
  };

  it("ends the session, though the next connection resumes the new one: verify rejects", async () => {
    const { sent, outcome } = await afterUnaccepted({ current: () => undefined }, fresh, cut);
    expect([sent, outcome()]).toEqual([["connect", "subscribe"], "unknown"]);
  });

  it("the same where verify is late", async () => {
    const verify: { current: Verify } = { current: () => undefined };
    const { sent, outcome } = await afterUnaccepted(verify, fresh, async ({ peer, clock }) => {
      verify.current = () => new Promise(() => undefined);
      peer.close();
      await clock.advanceAndSettle(1);
      await clock.advanceAndSettle(99.7); // the attempt began at 0.5 and is over at 100.5
    });
    expect([sent, outcome()]).toEqual([["connect", "subscribe"], "unknown"]);
  });

  it("the same after a stop meanwhile", async () => {
    const verify: { current: Verify } = { current: () => undefined };
    const { sent, outcome } = await afterUnaccepted(verify, fresh, async ({ client, peer, clock }) => {
      verify.current = () => new Promise(() => undefined);
      peer.close();
      await clock.advanceAndSettle(1);
      const stopped = client.stop();
      await clock.settle();
      await stopped;
    });
    expect([sent, outcome()]).toEqual([["connect", "subscribe"], "unknown"]);
  });

  it("the same where it names a wrong method", async () => {
    const wrong = connack({ authenticationMethod: "other" });
    const { sent, outcome } = await afterUnaccepted({ current: () => undefined }, wrong, cut);
    expect([sent, outcome()]).toEqual([["connect", "subscribe"], "unknown"]);
  });

  it("but one with Session Present 1 changes nothing", async () => {
    const { sent, outcome } = await afterUnaccepted({ current: () => undefined }, resumed, cut);
    expect([sent, outcome()]).toEqual([["connect", "publish"], "pending"]);
  });
});

describe("the option authentication", () => {
  const sound = { method: "m", start: () => ({}), respond: () => ({}) };

  it.each([
    ["authentication", null],
    ["authentication", "SCRAM"],
    ["authentication.method", { ...sound, method: undefined }],
    ["authentication.method", { ...sound, method: "\0" }],
    ["authentication.start", { ...sound, start: undefined }],
    ["authentication.respond", { ...sound, respond: 1 }],
    ["authentication.verify", { ...sound, verify: null }],
  ])("names a wrong %s", (field, authentication) => {
    const options = { authentication: authentication as unknown as Authentication };
    expect(() => makeBench(options)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT", field }));
  });

  it("may be an object of a class, and keeps its this", async () => {
    class Token implements Authentication {
      readonly method = "m";
      readonly #token = "secret";
      start(): AuthenticationReply {
        return { data: this.#token };
      }
      respond(): AuthenticationReply {
        return { data: this.#token };
      }
    }
    const { client, peer, clock } = makeBench({ authentication: new Token() });
    client.start();
    peer.acceptConnections(accepted);
    await clock.settle();
    expect(text(peer.expect("connect").authenticationData as Uint8Array)).toBe("secret");
    expect(client.isConnected).toBe(true);
  });

  it.each(["authenticationMethod", "authenticationData"])("is the only way: connectOptions has no %s", (name) => {
    const connectOptions = { [name]: "m" };
    expect(() => makeBench({ connectOptions })).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT", field: `connectOptions.${name}` }),
    );
  });
});

describe("authenticating with CONNECT", () => {
  it("sends what start gives, answers each AUTH, and verifies the CONNACK", async () => {
    const { client, peer, clock, calls } = makeAuthenticating();
    client.start();
    await clock.settle();
    peer.open();
    await clock.settle();
    const connect = peer.expect("connect");
    expect([connect.authenticationMethod, text(connect.authenticationData as Uint8Array)]).toEqual([
      "m",
      "first connect",
    ]);
    peer.send(auth(0x18, { data: "challenge" }));
    await clock.settle();
    expect(peer.expect("auth")).toMatchObject({
      reasonCode: 0x18,
      authenticationData: new Uint8Array([1, 2]),
      userProperties: [{ name: "n", value: "v" }],
    });
    peer.send(accepted);
    await clock.settle();
    expect(client.isConnected).toBe(true);
    expect(calls).toEqual(["start connect", "respond challenge", "verify final"]);
  });

  it("fails the attempt where the method is none any more, and sends nothing", async () => {
    const names = ["m", "\0"];
    const authentication: Authentication = {
      get method() {
        return names.shift() ?? "\0";
      },
      start: () => ({}),
      respond: () => ({}),
    };
    const { client, peer, clock } = makeBench({ authentication });
    const failures: unknown[] = [];
    client.on("connectionFailure", ({ error }) => failures.push(error));
    client.start();
    peer.acceptConnections();
    await clock.settle();
    peer.expectNothing();
    expect(failures).toMatchObject([{ name: "AuthenticationError", cause: { field: "authentication.method" } }]);
  });

  it("starts anew with each attempt, and adds its user properties to those of connectOptions", async () => {
    let attempt = 0;
    const start = (): AuthenticationReply => ({ userProperties: [{ name: "try", value: String((attempt += 1)) }] });
    const connectOptions = (): { userProperties: { name: string; value: string }[] } => ({
      userProperties: [{ name: "own", value: "x" }],
    });
    const { client, peer, clock } = makeAuthenticating({ start }, { connectOptions });
    client.start();
    await clock.settle();
    peer.close();
    peer.acceptConnections(accepted);
    await clock.advanceAndSettle(1_000);
    const { userProperties } = peer.expect("connect");
    expect(userProperties).toEqual([
      { name: "own", value: "x" },
      { name: "try", value: "2" },
    ]);
  });

  it.each([
    ["throws", () => { throw bug; }, "bug"], // prettier-ignore
    ["rejects", () => Promise.reject(bug), "bug"],
    ["gives what cannot be sent", () => ({ data: new Uint8Array(65_536) }), "reply.data must be at most 65535 bytes"],
    ["gives an unknown field", () => ({ date: "x" }) as AuthenticationReply, "reply.date"],
  ])("fails the attempt in the phase prepare when start %s", async (_, start, message) => {
    const { client, peer, clock, failures } = makeAuthenticating({ start });
    client.start();
    await clock.settle();
    expect(failures).toEqual([expect.objectContaining({ code: "AUTHENTICATION_FAILED", phase: "prepare" })]);
    expect(failures).toEqual([expect.objectContaining({ message: expect.stringContaining(message) })]);
    expect(peer.connections).toEqual([]);
    await clock.advanceAndSettle(500);
    expect(failures).toHaveLength(2);
  });

  it.each([
    ["respond throws", { respond: () => { throw bug; } }, auth(0x18)], // prettier-ignore
    ["respond rejects", { respond: () => Promise.reject(bug) }, auth(0x18)],
    ["respond rejects without an error", { respond: () => Promise.reject(Object.create(null) as Error) }, auth(0x18)],
    ["respond gives nonsense", { respond: () => 7 as never }, auth(0x18)],
    ["verify throws", { verify: () => { throw bug; } }, accepted], // prettier-ignore
    ["verify rejects", { verify: () => Promise.reject(bug) }, accepted],
  ])("fails the attempt in the phase connack when %s", async (_, functions, bytes) => {
    const { client, peer, clock, failures } = makeAuthenticating(functions);
    client.start();
    peer.acceptConnections(bytes);
    await clock.settle();
    expect(failures).toEqual([expect.objectContaining({ code: "AUTHENTICATION_FAILED", phase: "connack" })]);
    expect(peer.takeAll().map(({ type }) => type)).toEqual(["connect", "disconnect"]);
    await Promise.all([client.stop(), clock.settle()]);
    expect(clock.pendingCount).toBe(0);
  });

  it("shows no refusal of the server's when verify fails: its CONNACK was a success", async () => {
    const { client, peer, clock } = makeAuthenticating({ verify: () => Promise.reject(bug) });
    const refusals: unknown[] = [];
    client.on("connectionFailure", ({ connack }) => refusals.push(connack));
    client.start();
    peer.acceptConnections(accepted);
    await clock.settle();
    expect(refusals).toEqual([undefined]);
  });

  it.each(["start", "respond", "verify"] as const)(
    "stops while %s never answers, and drops what comes late",
    async (name) => {
      let answer: (reply: AuthenticationReply) => void = () => undefined;
      const { client, peer, clock, failures, ledger } = makeAuthenticating({
        [name]: () => new Promise<AuthenticationReply>((resolve) => (answer = resolve)),
      });
      client.start();
      ledger.register("waiting", client.waitUntilConnected());
      peer.acceptConnections(name === "verify" ? accepted : auth(0x18));
      await clock.settle();
      const passed = peer.log.length;
      ledger.register("stop", client.stop());
      await clock.settle();
      expect([ledger.pending, client.state, clock.pendingCount]).toEqual([[], "stopped", 0]);
      expect(failures).toEqual([expect.objectContaining({ code: "DISCONNECTED", source: "user" })]);
      answer({});
      await clock.settle();
      expect([peer.log.length, client.state, clock.pendingCount]).toEqual([passed, "stopped", 0]);
    },
  );
});

describe("reauthenticate", () => {
  it("resolves with the server's AUTH", async () => {
    const { client, peer, clock, calls, ledger } = await makeAuthenticated();
    const again = ledger.register("again", client.reauthenticate());
    await clock.settle();
    expect(peer.expect("auth")).toMatchObject({ reasonCode: 0x19, authenticationMethod: "m" });
    peer.send(auth(0x18, { data: "challenge" }));
    await clock.settle();
    expect(peer.expect("auth").reasonCode).toBe(0x18);
    peer.send(auth(0, { data: "final" }));
    await clock.settle();
    expect(again.settlement).toMatchObject({ status: "fulfilled", value: { type: "auth", reasonCode: 0 } });
    expect(calls).toEqual(["start reauthenticate", "respond challenge", "verify final"]);
  });

  it.each(["respond", "verify"] as const)("rejects when %s fails, after DISCONNECT 0x83", async (name) => {
    let isBroken = false;
    const fail = (): never => {
      throw bug;
    };
    const { client, peer, clock, ledger, failures } = await makeAuthenticated({
      [name]: () => (isBroken ? fail() : {}),
    });
    isBroken = true;
    const again = ledger.register("again", client.reauthenticate());
    await clock.settle();
    peer.send(auth(name === "respond" ? 0x18 : 0));
    await clock.settle();
    const error = { code: "AUTHENTICATION_FAILED", phase: "connected", cause: bug };
    expect(again.settlement).toMatchObject({ status: "rejected", reason: error });
    expect(failures).toEqual([expect.objectContaining(error)]);
    expect(peer.takeAll().at(-1)).toMatchObject({ type: "disconnect", reasonCode: 0x83 });
    // The message of an application's function may hold a secret.
    expect(Buffer.concat(peer.log.map(({ bytes }) => bytes)).includes("bug")).toBe(false);
  });

  it("rejects with the reason of the signal, and sends nothing when that comes first", async () => {
    const { client, peer, clock, ledger } = await makeAuthenticated({ respond: () => new Promise(() => undefined) });
    const controller = new AbortController();
    const reason = new Error("enough");
    controller.abort(reason);
    const early = ledger.register("early", client.reauthenticate({ signal: controller.signal }));
    const second = new AbortController();
    const late = ledger.register("late", client.reauthenticate({ signal: second.signal }));
    await clock.settle();
    expect(early.settlement).toEqual({ status: "rejected", reason });
    peer.expect("auth");
    second.abort(reason);
    await clock.settle();
    expect(late.settlement).toEqual({ status: "rejected", reason });
    expect(client.isConnected).toBe(true);
  });

  it("rejects with a timeout, and checks its options", async () => {
    const { client, clock, ledger } = await makeAuthenticated();
    const again = ledger.register("again", client.reauthenticate({ timeoutMs: 10 }));
    const wrong = ledger.register("wrong", client.reauthenticate({ timeoutMs: -1 }));
    await clock.advanceAndSettle(10);
    expect(again.settlement).toMatchObject({ reason: { code: "OPERATION_TIMEOUT", stage: "sent" } });
    expect(wrong.settlement).toMatchObject({ reason: { code: "INVALID_ARGUMENT", field: "timeoutMs" } });
  });

  it("rejects without the option, and without a connection", async () => {
    const { client, clock, ledger } = await makeConnectedBench();
    const without = ledger.register("without", client.reauthenticate());
    const offline = ledger.register("offline", makeAuthenticating().client.reauthenticate());
    await clock.settle();
    expect(without.settlement).toMatchObject({ reason: { code: "INVALID_ARGUMENT", field: "authentication" } });
    expect(offline.settlement).toMatchObject({ reason: { code: "OFFLINE" } });
  });

  it("leaves nothing pending at a stop", async () => {
    const { client, clock, ledger } = await makeAuthenticated();
    const again = ledger.register("again", client.reauthenticate());
    ledger.register("stop", client.stop());
    await clock.settle();
    expect([ledger.pending, clock.pendingCount]).toEqual([[], 0]);
    expect(again.settlement).toMatchObject({ reason: { code: "DISCONNECTED", source: "user" } });
  });
});
