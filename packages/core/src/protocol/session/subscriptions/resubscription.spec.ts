import { describe, expect, test } from "@jest/globals";
import { EngineBench } from "../../../../test/support/engine-bench.js";
import { connack, connackResumed, suback, unsuback } from "../../../../test/support/server-bytes.js";

interface Subscribe {
  readonly id: number;
  readonly filters: readonly string[];
}

/** The SUBSCRIBEs that were written since the last look. */
function subscribes(engine: EngineBench): Subscribe[] {
  return engine
    .sentPackets()
    .flatMap(({ packet }) =>
      packet.cmd === "subscribe"
        ? [{ id: packet.messageId ?? 0, filters: packet.subscriptions.map(({ topic }) => topic) }]
        : [],
    );
}

const filtersOf = (engine: EngineBench): (readonly string[])[] => subscribes(engine).map(({ filters }) => filters);

/** Answers the SUBSCRIBEs since the last look, each with its list of reason codes. */
function answer(engine: EngineBench, ...codes: readonly (readonly number[])[]): EngineBench {
  return engine.receive(...subscribes(engine).map(({ id }, index) => suback(id, ...(codes[index] ?? []))));
}

/** Connected, with `a` granted and `b` refused in one SUBSCRIBE, and `c` granted in another. */
function subscribed(options: ConstructorParameters<typeof EngineBench>[0] = {}): EngineBench {
  const engine = new EngineBench({ sessionBehavior: "rejoinAlways", ...options }).online();
  engine.subscribe(["a", "b"]);
  engine.subscribe("c");
  return answer(engine, [1, 0x87], [0]);
}

describe("when the session is lost", () => {
  test("what was granted is subscribed again, and nothing else (scenario 19)", () => {
    expect(filtersOf(subscribed().cut().online())).toEqual([["a", "c"]]);
  });

  test("it goes before what waits, with all its options", () => {
    const engine = new EngineBench().online();
    const options = { topicFilter: "a", qos: 2, noLocal: true, retainAsPublished: true, retainHandling: 1 } as const;
    engine.subscribe([options], { subscriptionIdentifier: 7 });
    const [before] = engine.wire.filter(({ packet }) => packet.cmd === "subscribe");
    answer(engine, [2]).cut();
    engine.publish({ topic: "waits" });
    engine.sent();
    engine.online();
    const after = engine.sentPackets().filter(({ packet }) => packet.cmd !== "connect");
    expect(after.map(({ packet }) => packet.cmd)).toEqual(["subscribe", "publish"]);
    expect({ ...after[0]?.packet, messageId: 0 }).toEqual({ ...before?.packet, messageId: 0 });
  });

  test("what was taken back stays so, be it that the server never answered", () => {
    const engine = subscribed();
    engine.unsubscribe("a");
    expect(filtersOf(engine.cut().online())).toEqual([["c"]]);
  });

  test("what was taken back before its SUBACK stays so, unless it was subscribed to after that", () => {
    const engine = new EngineBench().online();
    engine.subscribe("gone");
    engine.unsubscribe("gone", "back");
    engine.subscribe("back");
    const [, gone, unsubscribe, back] = engine.sentPackets().map(({ packet }) => packet.messageId ?? 0);
    engine.receive(suback(gone ?? 0, 0), suback(back ?? 0, 0), unsuback(unsubscribe ?? 0, 0, 0x11));
    expect(filtersOf(engine.cut().online())).toEqual([["back"]]);
  });

  test("a refusal is told, and that subscription is forgotten", () => {
    const engine = subscribed().cut().online();
    answer(engine, [0x80, 0]);
    const refused = engine.events.flatMap((event) => (event.type === "resubscribeFailed" ? [event] : []));
    expect(refused.map(({ subscription, reasonCode }) => [subscription.topicFilter, reasonCode])).toEqual([
      ["a", 0x80],
    ]);
    expect(filtersOf(engine.cut().online())).toEqual([["c"]]);
  });

  test("a connection that ends before the answer leaves it to the next, though that resumes the session", () => {
    const engine = subscribed({ maxSubscriptionsPerSubscribe: 1 }).cut().online();
    const [first] = subscribes(engine);
    engine
      .receive(suback(first?.id ?? 0, 1))
      .cut()
      .online(connackResumed());
    expect(subscribes(engine).map(({ filters }) => filters)).toEqual([["c"]]);
    engine.cut().online(connackResumed());
    answer(engine, [1]);
    expect(filtersOf(engine.cut().online(connackResumed()))).toEqual([]);
    engine.cut().online();
    engine.cut().online(connackResumed());
    expect(filtersOf(engine).slice(-2)).toEqual([["a"], ["c"]]);
  });

  test("a filter subscribed again comes back with its newest options", () => {
    const engine = subscribed();
    engine.subscribe(["c", "d"]);
    answer(engine, [2, 2]);
    expect(filtersOf(engine.cut().online())).toEqual([["a", "c", "d"]]);
  });

  test("MQTT-3.2.2-15: not where the server does not take so large a packet any more", () => {
    const engine = subscribed();
    engine.subscribe("x".repeat(30));
    answer(engine, [0]).cut();
    // 2 of header, 2 of packet id, 1 of properties, 2 + 30 of filter, 1 of options.
    expect(filtersOf(engine.online(connack({ maximumPacketSize: 37 })))).toEqual([["a", "c"]]);
    expect(filtersOf(engine.cut().online(connack({ maximumPacketSize: 38 })))).toEqual([["a", "c"], ["x".repeat(30)]]);
  });

  test("the application is warned of one that this server does not take, or does not answer", () => {
    const engine = subscribed({ ackTimeoutMs: 5_000 });
    engine.subscribe("d/+");
    answer(engine, [0]).cut();
    engine.online(connack({ wildcardSubscriptionAvailable: false })).advance(5_000);
    const warnings = engine.events.flatMap((event) => (event.type === "warning" ? [[event.code, event.message]] : []));
    expect(warnings).toEqual([
      ["NOT_RESUBSCRIBED", 'topicFilter must be without wildcards for this server, not "d/+"'],
      ["NOT_RESUBSCRIBED", "not done within 5000 ms (sent)"],
    ]);
  });

  test("it takes no room in the queue of the application", () => {
    const engine = subscribed({ queue: { maxOperations: 1, maxBytes: 4_200, whenFull: "reject" } }).cut();
    engine.flushes = false;
    const id = engine.online().publish({ topic: "t" });
    expect(engine.flush().outcome(id)).toBe("pending");
    expect(engine.wire.slice(-2).map(({ packet }) => packet.cmd)).toEqual(["subscribe", "publish"]);
  });

  test("after a stop, too, what was granted is remembered", () => {
    const engine = subscribed();
    engine.stop();
    expect(filtersOf(engine.online())).toEqual([["a", "c"]]);
  });
});

test("on a resumed session nothing is subscribed again, but with `always`", () => {
  expect(filtersOf(subscribed().cut().online(connackResumed()))).toEqual([]);
  expect(filtersOf(subscribed({ resubscribe: "always" }).cut().online(connackResumed()))).toEqual([["a", "c"]]);
});

test("what this server does not take is left to the next connection, though that resumes the session", () => {
  const engine = new EngineBench({ sessionBehavior: "rejoinAlways" }).online();
  engine.subscribe("a/#");
  answer(engine, [0]).cut();
  expect(filtersOf(engine.online(connack({ wildcardSubscriptionAvailable: false })))).toEqual([]);
  expect(filtersOf(engine.cut().online(connackResumed()))).toEqual([["a/#"]]);
});

describe("a repeat that the server refuses on a resumed session", () => {
  /** `a` and `c` are granted, and `a` is refused when it is renewed. */
  function refused(): EngineBench {
    const engine = subscribed({ resubscribe: "always" }).cut().online(connackResumed());
    return answer(engine, [0x97, 0]);
  }
  const unsubscribes = (engine: EngineBench): string[] =>
    engine.sent().filter((text) => text.startsWith("unsubscribe"));

  test("ends the earlier subscription, which the server still has", () => {
    const engine = refused();
    const [line] = engine.wire.filter(({ packet }) => packet.cmd === "unsubscribe");
    expect(line?.packet).toMatchObject({ unsubscriptions: ["a"] });
    engine.receive(unsuback(line?.packet.messageId ?? 0, 0)).sent();
    expect(unsubscribes(engine.cut().online(connackResumed()))).toEqual([]);
  });

  test("asks again on the next connection, where there was no answer", () => {
    const engine = refused();
    engine.sent();
    expect(unsubscribes(engine.cut().online(connackResumed()))).toHaveLength(1);
    expect(unsubscribes(engine.cut().online())).toEqual([]);
  });

  test("does not touch what the application subscribes to while another repeat is refused", () => {
    const engine = subscribed({ resubscribe: "always", maxSubscriptionsPerSubscribe: 1 }).cut();
    const [a, c] = subscribes(engine.online(connackResumed()));
    engine.receive(suback(a?.id ?? 0, 0x97)).subscribe("a");
    engine.receive(suback(c?.id ?? 0, 0x97));
    const ended = engine.wire.flatMap(({ packet }) => (packet.cmd === "unsubscribe" ? [packet.unsubscriptions] : []));
    expect(ended).toEqual([["a"], ["c"]]);
  });

  test("does not touch what the application subscribed to again", () => {
    const engine = refused();
    engine.sent();
    engine.subscribe("a");
    answer(engine, [1]);
    expect(unsubscribes(engine.cut().online(connackResumed()))).toEqual([]);
  });
});

test("with `never` nothing is, whatever was lost", () => {
  expect(filtersOf(subscribed({ resubscribe: "never" }).cut().online(connack()))).toEqual([]);
});

test("an answer that comes after the timeout of its subscribe still counts", () => {
  const engine = new EngineBench({ ackTimeoutMs: 10 }).online();
  engine.subscribe("a");
  engine.advance(10);
  answer(engine, [0]);
  expect(filtersOf(engine.cut().online())).toEqual([["a"]]);
});
