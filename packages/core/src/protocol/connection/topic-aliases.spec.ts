import { describe, expect, test } from "@jest/globals";
import { EngineBench } from "../../../test/support/engine-bench.js";
import { connack, connackResumed, publish } from "../../../test/support/server-bytes.js";
import type { OutboundTopicAliasing } from "./topic-aliases.js";

function bench(outbound: OutboundTopicAliasing, outboundCacheMaxSize = 25, inboundMaximum = 0): EngineBench {
  return new EngineBench({
    sessionBehavior: "rejoinAlways",
    topicAliasing: { outbound, outboundCacheMaxSize, inboundMaximum },
  });
}

/** The topic and alias of each PUBLISH that was written since the last call. */
function aliased(engine: EngineBench): string[] {
  return engine
    .sentPackets()
    .flatMap(({ packet }) =>
      packet.cmd === "publish" ? [`${packet.topic}=${String(packet.properties?.topicAlias)}`] : [],
    );
}

/** The topics that were delivered. */
function delivered(engine: EngineBench): string[] {
  return engine.events.flatMap((event) => (event.type === "messageReceived" ? [event.packet.topic] : []));
}

/** How the connection ended. */
function reasonCode(engine: EngineBench): unknown {
  return engine.events.flatMap((event) => (event.type === "disconnection" ? [event.error] : []))[0];
}

describe("outbound, manual", () => {
  test("the caller's alias is used alone once it is bound, and bound anew for another topic", () => {
    const engine = bench("manual").online(connack({ topicAliasMaximum: 3 }));
    for (const topic of ["a", "a", "b", "b", "a"]) {
      engine.publish({ topic, topicAlias: 3, qos: 0 });
    }
    engine.publish({ topic: "c", qos: 0 });
    engine.pump();
    expect(aliased(engine)).toEqual(["a=3", "=3", "b=3", "=3", "a=3", "c=undefined"]);
  });

  test("MQTT-3.2.2-17 MQTT-3.3.2-9: above the server's maximum it is left out, and the topic sent in full", () => {
    const engine = bench("manual").online(connack({ topicAliasMaximum: 3 }));
    engine.publish({ topic: "a", topicAlias: 4, qos: 0 });
    engine.publish({ topic: "a", topicAlias: 4, qos: 0 });
    engine.pump();
    expect(aliased(engine)).toEqual(["a=undefined", "a=undefined"]);
  });

  test.each(["manual", "lru"] as const)(
    "MQTT-3.2.2-18: without a maximum of the server there are none (%s)",
    (mode) => {
      const engine = bench(mode).online();
      engine.publish({ topic: "a", topicAlias: 1, qos: 0 });
      engine.pump();
      expect(aliased(engine)).toEqual(["a=undefined"]);
    },
  );
});

test("disabled, the caller's alias is left out", () => {
  const engine = bench("disabled").online(connack({ topicAliasMaximum: 3 }));
  engine.publish({ topic: "a", topicAlias: 1, qos: 1 });
  engine.pump();
  expect(aliased(engine)).toEqual(["a=undefined"]);
});

describe("outbound, lru", () => {
  test("gives the aliases to the topics used last, and takes no notice of the caller's", () => {
    const engine = bench("lru", 2).online(connack({ topicAliasMaximum: 10 }));
    for (const topic of ["a", "b", "a", "c", "a", "b"]) {
      engine.publish({ topic, topicAlias: 9, qos: 0 });
    }
    engine.pump();
    expect(aliased(engine)).toEqual(["a=1", "b=2", "=1", "c=2", "=1", "b=2"]);
  });

  test("MQTT-3.2.2-15: an alias never makes a packet larger than the server takes", () => {
    const engine = bench("lru").online(connack({ topicAliasMaximum: 5, maximumPacketSize: 20 }));
    const ids = [14, 9].map((length) => engine.publish({ topic: "a", payload: "x".repeat(length), qos: 0 }));
    engine.pump();
    expect(engine.outcomes(ids)).toEqual(["done", "done"]);
    expect(aliased(engine)).toEqual(["a=undefined", "a=1"]);
  });

  test.each(["disabled", "manual", "lru"] as const)(
    "%s, a packet that is as large as the server takes goes out without the caller's alias",
    (outbound) => {
      const engine = bench(outbound).online(connack({ topicAliasMaximum: 5, maximumPacketSize: 8 }));
      const id = engine.publish({ topic: "a", qos: 1, topicAlias: 1 });
      expect(engine.outcome(id)).toBe("pending");
      expect(engine.engine.statistics().incompleteOperationSize).toBe(8);
      expect(aliased(engine)).toEqual(["a=undefined"]);
    },
  );

  test("stays below the server's maximum", () => {
    const engine = bench("lru", 25).online(connack({ topicAliasMaximum: 1 }));
    for (const topic of ["a", "b", "b"]) {
      engine.publish({ topic, qos: 0 });
    }
    engine.pump();
    expect(aliased(engine)).toEqual(["a=1", "b=1", "=1"]);
  });

  test.each([1, 2] as const)(
    "MQTT-3.3.2-7: on the next connection aliases start anew, resent publishes at QoS %i included",
    (qos) => {
      const engine = bench("lru").online(connack({ topicAliasMaximum: 5 }));
      engine.publish({ topic: "a", qos });
      engine.publish({ topic: "a", qos });
      engine.pump();
      expect(aliased(engine)).toEqual(["a=1", "=1"]);
      engine.cut().online(connackResumed({ topicAliasMaximum: 5 }));
      expect(aliased(engine)).toEqual(["a=1", "=1"]);
      engine.cut().online(connackResumed());
      expect(aliased(engine)).toEqual(["a=undefined", "a=undefined"]);
    },
  );
});

describe("inbound", () => {
  const receive = (engine: EngineBench, topic: string, topicAlias: number): EngineBench =>
    engine.receive(publish({ topic, properties: { topicAlias } }));

  test("the maximum is announced, and MQTT-3.3.2-10: every alias up to it is taken, used and bound anew", () => {
    const engine = bench("disabled", 25, 2).online();
    expect(engine.wire[0]?.packet).toMatchObject({ properties: { topicAliasMaximum: 2 } });
    receive(engine, "a", 1);
    receive(engine, "b", 2);
    receive(engine, "", 1);
    receive(engine, "", 2);
    receive(engine, "c", 1);
    receive(engine, "", 1);
    expect(delivered(engine)).toEqual(["a", "b", "a", "b", "c", "c"]);
  });

  test.each([
    [2, 3, "MQTT-3.1.2-26"],
    [0, 1, "MQTT-3.1.2-27"],
  ])("with a maximum of %i alias %i is answered with 0x94 (%s)", (maximum, alias, statement) => {
    const engine = bench("disabled", 25, maximum).online();
    receive(engine, "a", alias);
    expect(reasonCode(engine)).toMatchObject({ reasonCode: 0x94, statement });
    expect(delivered(engine)).toEqual([]);
    expect(engine.sent().at(-1)).toMatch(/^disconnect 0x94/);
  });

  test("an alias that stands for nothing is answered with 0x82 (section 3.3.4)", () => {
    const engine = bench("disabled", 25, 2).online();
    receive(engine, "", 1);
    expect(reasonCode(engine)).toMatchObject({ reasonCode: 0x82, statement: "3.3.4" });
  });

  test("MQTT-3.3.2-7: what stood for a topic stands for nothing on the next connection", () => {
    const engine = bench("disabled", 25, 2).online();
    receive(engine, "a", 1);
    engine.cut().online(connackResumed());
    receive(engine, "", 1);
    expect(delivered(engine)).toEqual(["a"]);
    expect(engine.events.filter(({ type }) => type === "disconnection")).toHaveLength(2);
  });

  test.each([1, 2] as const)(
    "a QoS %i message has its topic in full, across a reconnect as well (scenario 7)",
    (qos) => {
      const engine = bench("disabled", 25, 2).online();
      engine.receive(publish({ topic: "a", qos, packetId: 1, properties: { topicAlias: 1 } }));
      engine.receive(publish({ topic: "", qos, packetId: 2, properties: { topicAlias: 1 } }));
      engine.cut().online(connackResumed());
      engine.receive(publish({ topic: "b", qos, packetId: 3, properties: { topicAlias: 1 } }));
      engine.receive(publish({ topic: "", qos, packetId: 4, properties: { topicAlias: 1 } }));
      expect(delivered(engine)).toEqual(["a", "a", "b", "b"]);
    },
  );
});
