import { describe, expect, test } from "@jest/globals";
import { type BenchOptions, EngineBench } from "../../../../test/support/engine-bench.js";
import { connack, connackResumed, suback } from "../../../../test/support/server-bytes.js";
import { toEngineSettings } from "../../../client/options/client-options.js";

type SubscribeRequest = NonNullable<Parameters<EngineBench["subscribe"]>[1]>;

interface Written {
  readonly id: number;
  readonly filters: readonly string[];
  readonly identifier: unknown;
}

/** The SUBSCRIBEs that were written since the last look. */
function subscribes(bench: EngineBench): Written[] {
  return bench.sentPackets().flatMap(({ packet }) =>
    packet.cmd === "subscribe"
      ? [
          {
            id: packet.messageId ?? 0,
            filters: packet.subscriptions.map(({ topic }) => topic),
            identifier: packet.properties?.subscriptionIdentifier,
          },
        ]
      : [],
  );
}

const filtersOf = (bench: EngineBench): (readonly string[])[] => subscribes(bench).map(({ filters }) => filters);

/** Grants all subscriptions since the last look. Gives their SUBSCRIBEs. */
function grant(bench: EngineBench): Written[] {
  const written = subscribes(bench);
  for (const { id, filters } of written) {
    bench.receive(suback(id, ...filters.map(() => 0)));
  }
  return written;
}

/** Connected, with each of these filters granted in a SUBSCRIBE of its own. */
function subscribed(filters: readonly string[], options: BenchOptions = {}): EngineBench {
  const bench = new EngineBench({ sessionBehavior: "rejoinAlways", ...options }).online();
  for (const filter of filters) {
    bench.subscribe(filter);
  }
  grant(bench);
  return bench;
}

/** The same, each with an identifier that the client chose: 1, 2 and so on. */
function subscribedWithOwn(filters: readonly string[], options: BenchOptions = {}): EngineBench {
  const bench = new EngineBench({ sessionBehavior: "rejoinAlways", ...options }).online();
  for (const [index, filter] of filters.entries()) {
    bench.subscribe(filter, { subscriptionIdentifier: index + 1, isIdentifierOptional: true });
  }
  grant(bench);
  return bench;
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `room/${String(index)}`);

/** The SUBSCRIBEs of which the client was told that they renew its own subscriptions. */
const told = (bench: EngineBench): unknown[] =>
  bench.events.flatMap((event) =>
    event.type === "subscriptionsRenewed" ? [event.subscribe.subscriptionIdentifier] : [],
  );

describe("subscriptions that are renewed", () => {
  test("with the limits of AWS IoT Core, 200 filters take 25 packets of 8, in their order", () => {
    const { maxSubscriptionsPerSubscribe } = toEngineSettings({ url: "", flowControl: "awsIotCoreDefaults" });
    const bench = subscribed(numbered(200), { maxSubscriptionsPerSubscribe });
    const packets = filtersOf(bench.cut().online());
    expect(packets).toHaveLength(25);
    expect(new Set(packets.map(({ length }) => length))).toEqual(new Set([8]));
    expect(packets.flat()).toEqual(numbered(200));
  });

  test("without a limit one packet takes all", () => {
    expect(filtersOf(subscribed(numbered(200)).cut().online())).toEqual([numbered(200)]);
  });

  test("filters that can match the same topic never share a packet", () => {
    const filters = ["a/#", "b", "a/x", "$share/g/a/y", "a/z", "+/b", "c", "#"];
    expect(filtersOf(subscribed(filters).cut().online())).toEqual([
      ["a/#", "b", "c"],
      ["a/x", "$share/g/a/y", "a/z", "+/b"],
      ["#"],
    ]);
    const together = new EngineBench().online();
    together.subscribe(["a/#", "a/x"]);
    grant(together);
    expect(filtersOf(together.cut().online())).toEqual([["a/#"], ["a/x"]]);
  });

  test("neither do filters with a prefix of the server's own", () => {
    const filters = ["a", "$queue/b", "$exclusive/c", "$q/d", "$share/g/e", "$SYS/f", "$aws/g/h", "i"];
    expect(filtersOf(subscribed(filters).cut().online())).toEqual([
      ["a", "$share/g/e", "$SYS/f", "$aws/g/h", "i"],
      ["$queue/b"],
      ["$exclusive/c"],
      ["$q/d"],
    ]);
  });

  test("nor what this server does not accept with what it does", () => {
    const bench = subscribed(["a", "b/+", "c", "$share/g/d"]).cut();
    bench.online(connack({ wildcardSubscriptionAvailable: false, sharedSubscriptionAvailable: false }));
    expect(filtersOf(bench)).toEqual([["a", "c"]]);
    const warnings = bench.events.flatMap((event) => (event.type === "warning" ? [event.message] : []));
    expect(warnings).toEqual([
      'topicFilter must be without wildcards for this server, not "b/+"',
      'topicFilter must be not shared for this server, not "$share/g/d"',
    ]);
  });

  test("MQTT-3.2.2-15: the Maximum Packet Size of the server splits them, to the byte", () => {
    // 2 of header, 2 of packet id, 1 of properties, and for each filter 2 of length, 6 of text, 1 of options.
    const filters = numbered(10);
    const renewed = (maximumPacketSize: number): number[] =>
      filtersOf(subscribed(filters).cut().online(connack({ maximumPacketSize }))).map(({ length }) => length);
    expect(renewed(5 + 9 * 10)).toEqual([10]);
    expect(renewed(5 + 9 * 10 - 1)).toEqual([9, 1]);
    expect(renewed(5 + 9 * 5)).toEqual([5, 5]);
    expect(renewed(5 + 9)).toEqual(filters.map(() => 1));
  });

  test("user properties and identifiers of the application keep them apart; the same ones do not", () => {
    const bench = new EngineBench().online();
    const asked: readonly (readonly [string, SubscribeRequest])[] = [
      ["a", { subscriptionIdentifier: 7 }],
      ["b", { subscriptionIdentifier: 8 }],
      ["c", { subscriptionIdentifier: 7 }],
      ["d", { userProperties: [{ name: "n", value: "1" }] }],
      ["e", { userProperties: [{ name: "n", value: "2" }] }],
      ["f", { userProperties: [{ name: "n", value: "1" }] }],
      ["g", {}],
    ];
    asked.forEach(([filter, request]) => bench.subscribe(filter, request));
    grant(bench);
    const packets = subscribes(bench.cut().online()).map(({ filters, identifier }) => [filters, identifier]);
    expect(packets).toEqual([
      [["a", "c"], 7],
      [["b"], 8],
      [["d", "f"], undefined],
      [["e"], undefined],
      [["g"], undefined],
    ]);
  });

  test("a partial refusal is told for each filter, and only these are forgotten", () => {
    const bench = subscribed(["a", "b", "c", "d"]).cut().online();
    const [written] = subscribes(bench);
    bench.receive(suback(written?.id ?? 0, 0, 0x87, 0, 0x97));
    const refused = bench.events.flatMap((event) => (event.type === "resubscribeFailed" ? [event] : []));
    expect(refused.map(({ subscription, reasonCode }) => [subscription.topicFilter, reasonCode])).toEqual([
      ["b", 0x87],
      ["d", 0x97],
    ]);
    expect(filtersOf(bench.cut().online())).toEqual([["a", "c"]]);
  });

  test("ten thousand filters are packed in a moment, disjoint or not", () => {
    const packetsOf = (filterOf: (index: number) => string): number =>
      filtersOf(
        subscribed(Array.from({ length: 10_000 }, (_, index) => filterOf(index)))
          .cut()
          .online(),
      ).length;
    expect(packetsOf((index) => `a/${String(index)}`)).toBe(1);
    expect(packetsOf((index) => `+/${String(index)}/#`)).toBe(1);
    expect(packetsOf((index) => `${String(index)}/${"+/".repeat(index % 2)}#`)).toBe(1);
  });
});

describe("identifiers that the client chose", () => {
  test("one packet has one: a new one for filters that had different ones, and the client is told before it goes", () => {
    const bench = subscribedWithOwn(["a", "b", "a/#", "b/#"]).cut().online();
    const renewed = subscribes(bench).map(({ filters, identifier }) => [filters, identifier]);
    expect(renewed).toEqual([
      [["a", "b"], 267_386_879],
      [["a/#", "b/#"], 267_386_878],
    ]);
    expect(told(bench)).toEqual([267_386_879, 267_386_878]);
  });

  test("a packet whose filters have the same one keeps it, on every connection", () => {
    const bench = subscribedWithOwn(["a", "b", "#"]).cut().online();
    expect(grant(bench).map(({ identifier }) => identifier)).toEqual([267_386_879, 3]);
    expect(subscribes(bench.cut().online()).map(({ identifier }) => identifier)).toEqual([267_386_879, 3]);
    expect(told(bench)).toEqual([267_386_879, 3, 267_386_879, 3]);
  });

  test("two packets never have the same", () => {
    const bench = new EngineBench({ sessionBehavior: "rejoinAlways" }).online();
    bench.subscribe(["a", "b", "c"], { subscriptionIdentifier: 1, isIdentifierOptional: true });
    grant(bench);
    // 5 of header and identifier of the packet, 2 of properties, 4 for each filter.
    const renewed = subscribes(bench.cut().online(connack({ maximumPacketSize: 15 })));
    expect(renewed.map(({ filters }) => filters)).toEqual([["a", "b"], ["c"]]);
    expect(renewed.map(({ identifier }) => identifier)).toEqual([1, 267_386_879]);
  });

  test("they are left out for a server that has none, and come back with one that has them", () => {
    const bench = subscribedWithOwn(["a", "b"]).cut();
    bench.online(connack({ subscriptionIdentifiersAvailable: false }));
    expect(grant(bench)).toMatchObject([{ filters: ["a", "b"], identifier: undefined }]);
    expect(subscribes(bench.cut().online())).toMatchObject([{ filters: ["a", "b"], identifier: 267_386_879 }]);
  });

  test("on a resumed session with `always`, too", () => {
    const bench = subscribedWithOwn(["a", "b"], { resubscribe: "always" }).cut().online(connackResumed());
    expect(subscribes(bench)).toMatchObject([{ filters: ["a", "b"], identifier: 267_386_879 }]);
  });
});
