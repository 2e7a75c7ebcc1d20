import { describe, expect, it } from "@jest/globals";
import { makeBench, makeConnectedBench } from "../../test/support/test-client.js";
import { InvalidArgumentError } from "../errors.js";
import { ConnectRejectedError, DisconnectedError } from "../protocol/errors/connection-errors.js";
import {
  OperationTimeoutError,
  PublishRejectedError,
  SubscribeRejectedError,
} from "../protocol/errors/operation-errors.js";
import { VirtualClock } from "../testing/index.js";

/** Arguments that a caller without TypeScript may pass. */
function untyped(value: unknown): never {
  return value as never;
}

/** PUBLISH of "x" to "t" at QoS 1 with packet id 5. */
const qos1Message = "32 07 00 01 74 00 05 00 78";

describe("options", () => {
  it("refuses an option that does not exist, and names it", () => {
    const options = { url: "mqtt://broker.example", keepalive: 5 };
    expect(() => makeBench(options)).toThrow(InvalidArgumentError);
    expect(() => makeBench(options)).toThrow(/^unknown option keepalive: /);
  });

  it("refuses a shortest delay above the longest", () => {
    expect(() => makeBench({ minReconnectDelayMs: 10, maxReconnectDelayMs: 5 })).toThrow(
      "minReconnectDelayMs must be at most maxReconnectDelayMs (5), not 10",
    );
  });

  it("takes user name and password from the URL where the options have none", async () => {
    const { client, peer, clock } = makeBench({ url: "mqtt://us%40er:se%2Fcret@broker.example" });
    client.start();
    peer.open();
    await clock.settle();
    expect(peer.expect("connect")).toMatchObject({
      username: "us@er",
      password: new TextEncoder().encode("se/cret"),
      keepAlive: 60,
      receiveMaximum: 1_024,
      cleanStart: true,
      clientId: "",
    });
  });

  it("writes to no option, and shares frozen ones between clients (scenario 28)", async () => {
    const options = Object.freeze({
      url: "mqtt://broker.example",
      connectOptions: Object.freeze({
        clientId: "one",
        userProperties: Object.freeze([Object.freeze({ name: "a", value: "b" })]),
        will: Object.freeze({ topic: "will", payload: "bye" }),
      }),
    });
    const before = JSON.stringify(options);
    for (const bench of [makeBench(options), makeBench(options)]) {
      bench.client.start();
      bench.peer.acceptConnections();
      await bench.clock.settle();
      expect(bench.peer.expect("connect")).toMatchObject({ clientId: "one", will: { topic: "will" } });
      expect(bench.client.isConnected).toBe(true);
    }
    expect(JSON.stringify(options)).toBe(before);
  });
});

describe("the life of a client", () => {
  it("goes through its states and tells each change once, `stopped` last (scenario 25)", async () => {
    const { client, peer, clock, ledger } = makeBench();
    const events: string[] = [];
    client.on("attemptingConnect", ({ attempt }) => events.push(`attempt ${String(attempt)}`));
    client.on("connectionSuccess", () => events.push("success"));
    client.on("disconnection", ({ error }) => events.push(error.code));
    client.on("stopped", ({ error }) => events.push(`stopped ${String(error)}`));
    expect(client.state).toBe("stopped");
    client.start();
    expect(client.state).toBe("connecting");
    peer.open();
    expect(client.state).toBe("awaitingConnack");
    await clock.settle();
    peer.send("20 03 00 00 00");
    expect([client.state, client.isConnected]).toEqual(["connected", true]);
    const stop = ledger.register("stop", client.stop());
    expect([client.state, client.isConnected]).toEqual(["disconnecting", false]);
    await clock.settle();
    expect(stop.settlement.status).toBe("fulfilled");
    expect(client.state).toBe("stopped");
    expect(events).toEqual(["attempt 1", "success", "DISCONNECTED", "stopped undefined"]);
    expect(clock.pendingCount).toBe(0);
  });

  it("sends the DISCONNECT that stop was given, after what was published before (MQTT-3.14.4-1)", async () => {
    const { client, peer, clock, ledger } = await makeConnectedBench();
    const publish = ledger.register("publish", client.publish({ topic: "t", payload: "x" }));
    ledger.register("stop", client.stop({ disconnect: { reasonCode: 0x04, reasonString: "why" } }));
    await clock.settle();
    peer.expect("publish");
    expect(peer.expect("disconnect")).toMatchObject({ reasonCode: 0x04, reasonString: "why" });
    peer.expectNothing();
    expect(publish.settlement).toEqual({ status: "fulfilled", value: { qos: 0 } });
    expect(ledger.pending).toEqual([]);
  });

  it("refuses a stop that cannot be, and stays connected", async () => {
    const { client } = await makeConnectedBench();
    await expect(client.stop({ disconnect: { reasonCode: 0x87 } })).rejects.toThrow(
      "disconnect.reasonCode must be one of 0, 4, 128",
    );
    await expect(client.stop({ disconnect: { sessionExpiryInterval: 5 } })).rejects.toThrow(InvalidArgumentError);
    expect(client.isConnected).toBe(true);
  });

  it("resolves stop at once on a client that was never started (scenario 17)", async () => {
    const { client, clock } = makeBench({ connectOptions: { sessionExpiryInterval: 60 } });
    await client.stop({ disconnect: { sessionExpiryInterval: 5 } });
    await clock.settle();
    expect(clock.pendingCount).toBe(0);
  });

  it("settles by stop what a stopped client was asked for, and ends its loops", async () => {
    const { client, clock, ledger } = makeBench();
    const publish = ledger.register("publish", client.publish({ topic: "t", qos: 1 }, { timeoutMs: 1_000 }));
    const subscribe = ledger.register("subscribe", client.subscribe("t"));
    const next = ledger.register("next", client.messages("m").next());
    await client.stop();
    await clock.settle();
    const reason = { code: "DISCONNECTED", source: "user" };
    expect(publish.settlement).toMatchObject({ status: "rejected", reason: { ...reason, outcome: "notSent" } });
    expect(subscribe.settlement).toMatchObject({ status: "rejected", reason });
    expect(next.settlement).toEqual({ status: "fulfilled", value: { done: true, value: undefined } });
    expect(clock.pendingCount).toBe(0);
  });

  it("goes on with a drain when the last operation that it waited for is aborted", async () => {
    const { client, clock, peer, ledger } = await makeConnectedBench();
    peer.close();
    await clock.settle();
    const controller = new AbortController();
    ledger.register("publish", client.publish({ topic: "t", qos: 1 }, { signal: controller.signal }));
    const stop = ledger.register("stop", client.stop({ drain: true }));
    await clock.settle();
    expect(stop.settlement.status).toBe("pending");
    controller.abort();
    await clock.settle();
    expect(stop.settlement.status).toBe("fulfilled");
  });

  it("shares one stop between calls, and stops with `await using`", async () => {
    const { client, clock, peer, ledger } = await makeConnectedBench();
    const first = ledger.register("first", client.stop());
    const second = ledger.register("second", client[Symbol.asyncDispose]());
    await clock.settle();
    expect([first.settlement.status, second.settlement.status]).toEqual(["fulfilled", "fulfilled"]);
    peer.expect("disconnect");
    peer.expectNothing();
  });

  it("starts again after a stop under way", async () => {
    const { client, clock, peer } = await makeConnectedBench();
    const events: string[] = [];
    client.on("stopped", () => events.push("stopped"));
    client.on("connectionSuccess", () => events.push("success"));
    const stop = client.stop();
    client.start();
    await clock.settle();
    await stop;
    expect(events).toEqual(["stopped", "success"]);
    expect(client.isConnected).toBe(true);
    peer.expect("disconnect");
    peer.expect("connect");
  });

  it("tells a server without MQTT 5 from others (MQTT-3.1.2-2)", async () => {
    const { client, peer, clock } = makeBench();
    const errors: unknown[] = [];
    client.on("connectionFailure", ({ error }) => errors.push(error));
    client.start();
    peer.acceptConnections("20 02 00 01");
    await clock.settle();
    expect(errors).toEqual([expect.any(ConnectRejectedError)]);
    expect(errors[0]).toMatchObject({
      code: "UNSUPPORTED_PROTOCOL_VERSION",
      retryable: false,
      message: "the server refused CONNECT: unsupported protocol version (0x84)",
    });
    await clock.advanceAndSettle(119_999);
    expect(peer.connections).toHaveLength(1);
    await clock.advanceAndSettle(1);
    expect(peer.connections).toHaveLength(2);
  });
});

describe("waitUntilConnected", () => {
  it("outlasts failures, and gives the current connection afterwards (scenario 18)", async () => {
    const { client, peer, clock, ledger } = makeBench();
    client.start();
    const wait = ledger.register("wait", client.waitUntilConnected());
    for (let failures = 0; failures < 3; failures += 1) {
      peer.close();
      await clock.advanceAndSettle(2_000);
    }
    expect(wait.settlement.status).toBe("pending");
    peer.acceptConnections();
    await clock.settle();
    expect(wait.settlement).toMatchObject({ status: "fulfilled", value: { connack: { reasonCode: 0 } } });
    await expect(client.waitUntilConnected()).resolves.toMatchObject({ connack: { reasonCode: 0 } });
  });

  it("rejects when the client is stopped, or gets stopped, or does not want to wait longer", async () => {
    const { client, clock, ledger } = makeBench();
    await expect(client.waitUntilConnected()).rejects.toThrow(DisconnectedError);
    client.start();
    const controller = new AbortController();
    const stopped = ledger.register("stopped", client.waitUntilConnected());
    const timedOut = ledger.register("timed out", client.waitUntilConnected({ timeoutMs: 50 }));
    const aborted = ledger.register("aborted", client.waitUntilConnected({ signal: controller.signal }));
    controller.abort("enough");
    await clock.advanceAndSettle(50);
    await client.stop();
    await clock.settle();
    expect(aborted.settlement).toEqual({ status: "rejected", reason: "enough" });
    expect(timedOut.settlement).toMatchObject({ status: "rejected", reason: expect.any(OperationTimeoutError) });
    expect(stopped.settlement).toMatchObject({ status: "rejected", reason: { code: "DISCONNECTED", source: "user" } });
    expect(clock.pendingCount).toBe(0);
  });
});

describe("operations", () => {
  it("sends of a view its own bytes only (scenario 11), as they were at the call", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const buffer = new Uint8Array(32).fill(9);
    buffer.set([1, 2], 4);
    const view = new Uint8Array(buffer.buffer, 4, 2);
    for (const qos of [0, 1, 2] as const) {
      client.publish({ topic: "t", payload: view, qos }).catch(() => undefined);
    }
    view.fill(7);
    await clock.settle();
    for (const qos of [0, 1, 2]) {
      expect(peer.expect("publish")).toMatchObject({ qos, payload: new Uint8Array([1, 2]) });
    }
  });

  it("keeps what a Buffer held at the call while it waits for a connection, and for the repeat", async () => {
    const { client, peer, clock } = makeBench({ sessionLostPublishBehavior: "resendAll" });
    const before = new TextEncoder().encode("before");
    for (const qos of [1, 2] as const) {
      const buffer = Buffer.from("before");
      client.publish({ topic: "t", payload: buffer, qos }).catch(() => undefined);
      buffer.fill("x");
    }
    client.start();
    peer.acceptConnections();
    await clock.settle();
    peer.expect("connect");
    for (const qos of [1, 2] as const) {
      expect(peer.expect("publish")).toMatchObject({ qos, dup: false, payload: before });
    }
    peer.close();
    clock.advance(1_000);
    await clock.settle();
    peer.expect("connect");
    for (const qos of [1, 2] as const) {
      expect(peer.expect("publish")).toMatchObject({ qos, payload: before });
    }
  });

  it("takes every kind of payload", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const bytes = new Uint8Array([1, 2, 3, 4]);
    const payloads = [bytes, bytes.buffer, new DataView(bytes.buffer), new Uint16Array(bytes.buffer)];
    for (const payload of payloads) {
      await Promise.all([client.publish({ topic: "t", payload }), clock.settle()]);
      expect(peer.expect("publish").payload).toEqual(bytes);
    }
    await Promise.all([client.publish({ topic: "t", payload: "\ufeffå" }), clock.settle()]);
    expect(peer.expect("publish").payload).toEqual(new Uint8Array([0xef, 0xbb, 0xbf, 0xc3, 0xa5]));
  });

  it.each([
    [{ topic: "a/+" }, "topic"],
    [{ topic: "" }, "topic"],
    [{ topic: "a\u0000" }, "topic"],
    [{ topic: "a\ud800" }, "topic"],
    [{ topic: "a", qos: 3 }, "qos"],
    [{ topic: "a", retain: 1 }, "retain"],
    [{ topic: "a", payload: 5 }, "payload"],
    [{ topic: "a", payload: "\ud800" }, "payload"],
    [{ topic: "a", messageExpiryInterval: -1 }, "messageExpiryInterval"],
    [{ topic: "a", messageExpiryInterval: 4_294_967_296 }, "messageExpiryInterval"],
    [{ topic: "a", responseTopic: "#" }, "responseTopic"],
    [{ topic: "a", contentType: "\u0000" }, "contentType"],
    [{ topic: "a", userProperties: [{ name: "n", value: "\ud800" }] }, "userProperties[0].value"],
    [{ topic: "a", userProperties: [{ name: "n" }] }, "userProperties[0].value"],
    [{ topic: "a", subscriptionIdentifiers: [1] }, "subscriptionIdentifiers"],
    [{ payload: "x" }, "topic"],
    [null, "message"],
    ["topic", "message"],
  ])("refuses to publish %j, and names %s", async (message, field) => {
    const { client, peer, clock } = await makeConnectedBench();
    await expect(client.publish(untyped(message))).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      field,
      outcome: "notSent",
    });
    await clock.settle();
    peer.expectNothing();
    expect(client.isConnected).toBe(true);
  });

  it("refuses correlation data above 65 535 bytes", async () => {
    const { client } = await makeConnectedBench();
    const correlationData = new Uint8Array(65_536);
    await expect(client.publish({ topic: "a", correlationData })).rejects.toThrow(
      "correlationData must be at most 65535 bytes",
    );
  });

  it("rejects a publish with its failing PUBACK inside (scenario 22)", async () => {
    const { client, peer, clock, ledger } = await makeConnectedBench();
    const publish = ledger.register("publish", client.publish({ topic: "t", qos: 1 }));
    await clock.settle();
    expect(peer.expect("publish").packetId).toBe(1);
    peer.send("40 03 00 01 87");
    await clock.settle();
    expect(publish.settlement).toMatchObject({
      status: "rejected",
      reason: expect.any(PublishRejectedError),
    });
    expect(publish.settlement).toMatchObject({ reason: { acknowledgement: { reasonCode: 0x87 }, outcome: "refused" } });
  });

  it("gives a result for each filter, and rejects only when none was granted (scenario 19)", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const subscriptions = [{ topicFilter: "a", qos: 1 as const }, { topicFilter: "b" }];
    peer.answer("subscribe", ({ packetId }) => `90 05 00 0${String(packetId)} 00 01 87`);
    const [result] = await Promise.all([client.subscribe({ subscriptions }), clock.settle()]);
    expect(result).toMatchObject({
      results: [
        { topicFilter: "a", ok: true, grantedQos: 1 },
        { topicFilter: "b", ok: false, reasonCode: 0x87 },
      ],
      allGranted: false,
    });
    peer.answer("subscribe", ({ packetId }) => `90 04 00 0${String(packetId)} 00 80`);
    await Promise.all([
      expect(client.subscribe("c")).rejects.toMatchObject({
        constructor: SubscribeRejectedError,
        suback: { reasonCodes: [0x80] },
      }),
      clock.settle(),
    ]);
  });

  it("unsubscribes one filter or many, and takes a missing subscription for success", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    peer.answer("unsubscribe", ({ packetId }) => `b0 05 00 0${String(packetId)} 00 00 11`);
    const [result] = await Promise.all([client.unsubscribe(["a", "b"]), clock.settle()]);
    expect(peer.expect("unsubscribe").topicFilters).toEqual(["a", "b"]);
    expect(result).toMatchObject({ results: [{ ok: true }, { ok: true, reasonCode: 0x11 }], allEnded: true });
  });

  it("refuses an empty list of filters (MQTT-3.8.3-2, MQTT-3.10.3-2) and No Local on a shared one (MQTT-3.8.3-4)", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    await expect(client.subscribe({ subscriptions: [] })).rejects.toMatchObject({ field: "subscriptions" });
    await expect(client.unsubscribe([])).rejects.toMatchObject({ field: "topicFilters" });
    await expect(client.subscribe({ topicFilter: "$share/g/a", noLocal: true })).rejects.toMatchObject({
      field: "subscriptions[0].noLocal",
    });
    await clock.settle();
    peer.expectNothing();
  });

  it.each([null, undefined, 5, ["a"], {}])(
    "refuses to subscribe and unsubscribe %j, as any other mistake",
    async (input) => {
      const { client, peer, clock } = await makeConnectedBench();
      await expect(client.subscribe(untyped(input))).rejects.toThrow(InvalidArgumentError);
      await expect(client.unsubscribe(untyped(Array.isArray(input) ? [5] : input))).rejects.toThrow(
        InvalidArgumentError,
      );
      await clock.settle();
      peer.expectNothing();
    },
  );

  it("refuses a signal that cannot be listened to, before anything is sent", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    for (const signal of [untyped({ aborted: false }), untyped(new EventTarget())]) {
      const call = { signal };
      await expect(client.publish({ topic: "t", qos: 1 }, call)).rejects.toThrow("signal must be an AbortSignal");
      await expect(client.subscribe("t", call)).rejects.toThrow("signal must be an AbortSignal");
    }
    await clock.settle();
    peer.expectNothing();
  });

  it("rejects with the reason of an abort signal, and withdraws what was not written", async () => {
    const { client, peer, clock, ledger } = makeBench();
    const controller = new AbortController();
    const publish = ledger.register("publish", client.publish({ topic: "t", qos: 1 }, { signal: controller.signal }));
    controller.abort("changed my mind");
    await clock.settle();
    expect(publish.settlement).toEqual({ status: "rejected", reason: "changed my mind" });
    await expect(client.publish({ topic: "t" }, { signal: controller.signal })).rejects.toBe("changed my mind");
    client.start();
    peer.acceptConnections();
    await clock.settle();
    peer.expect("connect");
    peer.expectNothing();
  });

  it("rejects what cannot wait, though a signal is listened to", async () => {
    const { client, clock, ledger } = makeBench();
    const { signal } = new AbortController();
    const publish = ledger.register("publish", client.publish({ topic: "t" }, { signal, timeoutMs: 1_000 }));
    await clock.settle();
    expect(publish.settlement).toMatchObject({ status: "rejected", reason: { code: "OFFLINE", outcome: "notSent" } });
  });

  it("settles everything that is pending when the client stops (scenario 15)", async () => {
    const { client, clock, peer, ledger } = makeBench();
    ledger.register("qos 0 offline", client.publish({ topic: "t" }));
    const queued = ledger.register("qos 1 offline", client.publish({ topic: "t", qos: 1 }));
    ledger.register("subscribe offline", client.subscribe("t"));
    client.start();
    peer.acceptConnections();
    await clock.settle();
    const inFlight = ledger.register("qos 2 in flight", client.publish({ topic: "t", qos: 2 }));
    ledger.register("unsubscribe in flight", client.unsubscribe("t"));
    await clock.settle();
    ledger.register("stop", client.stop());
    await clock.settle();
    expect(ledger.pending).toEqual([]);
    expect(queued.settlement).toMatchObject({ reason: { code: "DISCONNECTED", source: "user" } });
    expect(inFlight.settlement).toMatchObject({ reason: { code: "DISCONNECTED", outcome: "unknown" } });
  });
});

describe("messages", () => {
  it("calls the third listener when the first throws and the second rejects, reports both and acknowledges (scenario 39)", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const seen: unknown[] = [];
    client.on("messageReceived", () => {
      throw new Error("first");
    });
    client.on("messageReceived", () => Promise.reject(new Error("second")));
    client.on("messageReceived", ({ message }) => seen.push(message.text()));
    client.on("handlerError", ({ error, event, message }) => seen.push([String(error), event, message?.topic]));
    peer.send(qos1Message);
    await clock.settle();
    expect(seen).toEqual(["x", ["Error: first", "messageReceived", "t"], ["Error: second", "messageReceived", "t"]]);
    expect(peer.expect("puback")).toMatchObject({ packetId: 5, reasonCode: 0 });
    peer.expectNothing();
  });

  it("logs what a listener throws where nobody listens for errors, and what an error listener throws itself", async () => {
    const { client, peer, clock, logged } = await makeConnectedBench();
    client.on("messageReceived", () => {
      throw new Error("first");
    });
    peer.send("30 04 00 01 74 00");
    await clock.settle();
    client.on("handlerError", () => {
      throw new Error("second");
    });
    peer.send("30 04 00 01 74 00");
    await clock.settle();
    expect(logged).toEqual(["a listener of messageReceived failed", "a listener of handlerError failed"]);
  });

  it("acknowledges only when the promise of a listener settles, and pings meanwhile (scenario 29)", async () => {
    const { client, peer, clock } = await makeConnectedBench({ connectOptions: { keepAlive: 10 } });
    let finish: () => void = () => undefined;
    client.on(
      "messageReceived",
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    peer.answer("pingreq", () => "d0 00");
    peer.send(qos1Message);
    await clock.advanceAndSettle(40_000);
    expect(client.isConnected).toBe(true);
    const packets = peer.takeAll().map(({ type }) => type);
    expect(new Set(packets)).toEqual(new Set(["pingreq"]));
    expect(packets.length).toBeGreaterThanOrEqual(4);
    finish();
    await clock.settle();
    expect(peer.expect("puback").packetId).toBe(5);
  });

  it("keeps every payload of a chunk as it was delivered (scenario 10)", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const payloads: Uint8Array[] = [];
    client.on("messageReceived", ({ message }) => payloads.push(message.payload));
    peer.send("30 05 00 01 74 00 61", "30 05 00 01 74 00 62");
    peer.send("30 05 00 01 74 00 63");
    await clock.settle();
    expect(payloads).toEqual([new Uint8Array([0x61]), new Uint8Array([0x62]), new Uint8Array([0x63])]);
  });

  it("lets a listener call any method", async () => {
    const { client, peer, clock, ledger } = await makeConnectedBench();
    client.on("messageReceived", ({ message }) => {
      ledger.register("echo", client.publish({ topic: "echo", payload: message.payload }));
      ledger.register("stop", client.stop());
      client.start();
    });
    peer.send(qos1Message);
    await clock.settle();
    peer.expect("publish");
    peer.expect("disconnect");
    peer.expect("connect");
    expect(ledger.pending).toEqual([]);
    expect(client.isConnected).toBe(true);
  });
});

describe("a caller without TypeScript", () => {
  it.each([
    ["publish", undefined, 'message must be one object, as in publish({ topic: "a", payload: "x" })'],
    ["subscribe", undefined, expect.stringMatching(/^subscription must be one filter, as in subscribe/)],
    ["subscribe", null, "options must be an object"],
    ["subscribe", 5, expect.stringMatching(/^subscription must be one filter, as in subscribe/)],
    ["unsubscribe", null, "options must be an object"],
    ["unsubscribe", [], "topicFilters must be at least one filter, not that object"],
  ] as const)("is told what is wrong with %s(%j)", async (name, argument, message) => {
    const { client } = makeBench();
    await expect(client[name](untyped(argument))).rejects.toMatchObject({ name: "InvalidArgumentError", message });
  });

  it.each([
    ["publish", { topic: "t" }, { qos: -1 }, "qos must be one of 0, 1, 2, not -1"],
    ["publish", { topic: "t" }, { payload: 5 }, "payload must be well-formed text or binary data"],
    ["stop", {}, { disconnect: { reasonCode: 999 } }, "disconnect.reasonCode must be one of"],
  ] as const)("is told what is wrong with %s(%j) whose class gives %j", async (name, own, inherited, message) => {
    const { client } = makeBench();
    await expect(client[name](untyped(Object.setPrototypeOf({ ...own }, inherited)))).rejects.toThrow(message);
  });
});

describe("flow control", () => {
  const nineSegments = "1/2/3/4/5/6/7/8/9";
  const eightSegments = "1/2/3/4/5/6/7/8";

  it.each([
    [nineSegments, false],
    [eightSegments, true],
    [`$aws/rules/rule/${eightSegments}`, true],
    [`$aws/rules/rule/${nineSegments}`, false],
    ["x".repeat(256), true],
    ["x".repeat(257), false],
    ["ü".repeat(129), false],
  ])("with the limits of AWS IoT Core, to publish to %s is possible: %s", async (topic, isPossible) => {
    const { client, clock } = await makeConnectedBench({ flowControl: "awsIotCoreDefaults" });
    const publish = client.publish({ topic }).then(
      () => true,
      (error: unknown) => !(error instanceof InvalidArgumentError && error.field === "topic"),
    );
    await clock.settle();
    expect(await publish).toBe(isPossible);
  });

  it("bounds the filters of a SUBSCRIBE, their segments, and the client id", async () => {
    const { client } = await makeConnectedBench({ flowControl: "awsIotCoreDefaults" });
    const subscriptions = Array.from({ length: 9 }, (_, index) => ({ topicFilter: String(index) }));
    await expect(client.subscribe({ subscriptions })).rejects.toThrow(
      "subscriptions.length must be within flowControl.maxSubscriptionsPerSubscribe (8), not 9",
    );
    await expect(client.subscribe(`$share/group/${nineSegments}`)).rejects.toThrow(InvalidArgumentError);
    await expect(client.unsubscribe(["a", nineSegments])).rejects.toMatchObject({ field: "topicFilters[1]" });
    const connectOptions = { clientId: "x".repeat(129) };
    expect(() => makeBench({ connectOptions, flowControl: "awsIotCoreDefaults" })).toThrow(
      /^connectOptions\.clientId must be within flowControl\.maxClientIdBytes \(128\)/,
    );
    expect(() => makeBench({ connectOptions, flowControl: { maxClientIdBytes: 129 } })).not.toThrow();
  });

  it("delays publishes to the rate", async () => {
    const { client, clock, peer } = await makeConnectedBench({ flowControl: { maxPublishesPerSecond: 2 } });
    const publishes = [1, 2, 3].map(() => client.publish({ topic: "t" }));
    await clock.settle();
    expect(peer.takeAll()).toHaveLength(2);
    await clock.advanceAndSettle(500);
    expect(peer.takeAll()).toHaveLength(1);
    await Promise.all(publishes);
  });

  it("refuses limits that are none", () => {
    expect(() => makeBench({ flowControl: untyped("aws") })).toThrow(/^flowControl must be one of none, /);
    expect(() => makeBench({ flowControl: { maxTopicBytes: 0 } })).toThrow(/^flowControl\.maxTopicBytes must be/);
  });
});

describe("listeners", () => {
  it("are removed by the function that `on` gives, by `off`, by a signal, and after one call with `once`", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const controller = new AbortController();
    const calls: string[] = [];
    const remove = client.on("messageReceived", () => calls.push("on"));
    const listener = (): number => calls.push("off");
    client.on("messageReceived", listener);
    client.on("messageReceived", () => calls.push("signal"), { signal: controller.signal });
    client.once("messageReceived", () => calls.push("once"));
    peer.send("30 04 00 01 74 00");
    remove();
    client.off("messageReceived", listener);
    controller.abort();
    peer.send("30 04 00 01 74 00");
    await clock.settle();
    expect(calls).toEqual(["on", "off", "signal", "once"]);
  });

  it("are removed one at a time where the same one was added twice", async () => {
    const { client, clock } = makeBench();
    let calls = 0;
    const listener = (): number => (calls += 1);
    const remove = client.on("attemptingConnect", listener);
    client.on("attemptingConnect", listener);
    remove();
    remove();
    client.start();
    await clock.settle();
    expect(calls).toBe(1);
  });

  it("are removed by `off` every time that they were added, with `once` too", async () => {
    const { client, clock } = makeBench();
    let calls = 0;
    const listener = (): number => (calls += 1);
    client.on("attemptingConnect", listener);
    client.once("attemptingConnect", listener);
    client.on("attemptingConnect", listener);
    client.once("attemptingConnect", () => (calls += 10));
    client.off("attemptingConnect", listener);
    client.off("stopped", listener);
    client.start();
    await clock.settle();
    expect(calls).toBe(10);
    expect(() => {
      client.off(untyped("attempting"), listener);
    }).toThrow(/^name must be one of attemptingConnect, /);
  });

  it("take no option that does not exist", () => {
    const { client } = makeBench();
    const add = (options: unknown) => () => client.on("stopped", () => undefined, untyped(options));
    expect(add({ once: true })).toThrow("unknown option once: the options here are signal");
    expect(add({ signal: 5 })).toThrow("signal must be an AbortSignal, not 5");
    expect(add(null)).toThrow(InvalidArgumentError);
  });

  it("must be functions, and for an event that exists", async () => {
    const { client } = await makeConnectedBench();
    expect(() => client.on(untyped("message"), () => undefined)).toThrow(/^name must be one of attemptingConnect, /);
    expect(() => client.on("stopped", untyped(5))).toThrow("listener must be a function, not 5");
  });
});

describe("time", () => {
  it("leaves nothing waiting that would keep a process alive after stop", async () => {
    const { client, clock } = await makeConnectedBench();
    expect(clock).toBeInstanceOf(VirtualClock);
    expect(clock.pendingCount).toBeGreaterThan(0);
    await Promise.all([client.stop(), clock.settle()]);
    expect(clock.pendingCount).toBe(0);
  });
});

describe("a server that breaks the protocol", () => {
  it("gets the answers to the messages before that, then the DISCONNECT, and nothing after it is delivered", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    const texts: string[] = [];
    client.on("messageReceived", ({ message }) => texts.push(message.text()));
    peer.send(qos1Message, "36 00", "32 07 00 01 74 00 06 00 79");
    peer.send("32 07 00 01 74 00 07 00 7a");
    await clock.settle();
    expect(texts).toEqual(["x"]);
    expect(peer.expect("puback").packetId).toBe(5);
    expect(peer.expect("disconnect").reasonCode).toBe(0x81);
    peer.expectNothing();
  });
});
