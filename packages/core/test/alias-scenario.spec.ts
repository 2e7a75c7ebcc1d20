/** Scenario 7: topic aliases in every QoS, set or used, over the loss of a connection, in both directions. */
import { describe, expect, test } from "@jest/globals";
import { EngineBench } from "./support/engine-bench.js";
import {
  connack,
  connackResumed,
  puback,
  pubcomp,
  publish,
  pubrec,
  pubrel,
  type ServerPublish,
} from "./support/server-bytes.js";

const levels = [0, 1, 2] as const;
const uses = ["set", "used"] as const;
const reconnects = ["never", "before the answer", "after the answer"] as const;
const matrix = levels.flatMap((qos) => uses.flatMap((use) => reconnects.map((when) => ({ qos, use, when }))));

function makeBench(): EngineBench {
  return new EngineBench({
    sessionBehavior: "rejoinAlways",
    topicAliasing: { outbound: "manual", outboundCacheMaxSize: 1, inboundMaximum: 5 },
  });
}

describe("scenario 7: a message that comes with an alias", () => {
  const aliased = (topic: string, message: ServerPublish): Uint8Array =>
    publish({ ...message, topic, properties: { topicAlias: 3 } });

  test.each(matrix)("at QoS $qos, alias $use, connection lost $when: delivered once, with its topic", (row) => {
    const { qos, use, when } = row;
    const identified = qos === 0 ? {} : { packetId: 7 };
    const bench = makeBench().online();
    if (use === "used") {
      bench.receive(aliased("full/topic", { qos: 0, payload: "first" }));
    }
    const before = bench.topics.length;
    bench.receive(aliased(use === "used" ? "" : "full/topic", { qos, ...identified }));
    const delivery = bench.lastDelivery;
    if (when === "before the answer") {
      bench.cut().online(connackResumed());
    }
    const isOpen = qos > 0 && bench.acknowledge(delivery);
    if (when === "after the answer") {
      bench.cut().online(connackResumed());
    }
    // The server repeats what it has no answer to. On a new connection it has to name the topic again.
    if (qos === 2) {
      bench.receive(aliased("full/topic", { qos, ...identified, dup: true }), pubrel(7));
    }
    bench.receive(aliased("other", { qos: 0 }), aliased("", { qos: 0 }));
    expect(bench.topics.slice(before)).toEqual(["full/topic", "other", "other"]);
    expect(isOpen).toBe(qos === 2 || (qos === 1 && when !== "before the answer"));
    expect(bench.engine.state).toBe("connected");
    expect(bench.sent().filter((text) => text.startsWith("pubcomp"))).toEqual(qos === 2 ? ["pubcomp #7"] : []);
  });

  test.each(levels)("at QoS %i, an alias of the connection before ends this one with 0x82", (qos) => {
    const bench = makeBench().online();
    bench.receive(aliased("a", { qos: 0 }));
    bench.cut().online(connackResumed());
    bench.sent();
    bench.receive(aliased("", { qos, ...(qos === 0 ? {} : { packetId: 7 }) }));
    expect([bench.topics, bench.sent()]).toEqual([["a"], ["disconnect 0x82"]]);
    expect(bench.lastError).toMatchObject({ statement: "3.3.4" });
    // Nothing was remembered of it: it is delivered when it comes as it should.
    bench.online(connackResumed()).receive(aliased("b", { qos, ...(qos === 0 ? {} : { packetId: 7 }) }));
    expect(bench.topics).toEqual(["a", "b"]);
  });
});

describe("scenario 7: a message that is sent with an alias", () => {
  /** The topic and alias of each PUBLISH since the last look. */
  const written = (bench: EngineBench): string[] =>
    bench
      .sentPackets()
      .flatMap(({ packet }) =>
        packet.cmd === "publish"
          ? [`${packet.dup ? "dup " : ""}${packet.topic}=${String(packet.properties?.topicAlias)}`]
          : [],
      );
  const answer = (qos: 1 | 2, packetId: number): Uint8Array[] =>
    qos === 1 ? [puback(packetId)] : [pubrec(packetId), pubcomp(packetId)];

  test.each(matrix)("at QoS $qos, alias $use, connection lost $when: the server can always resolve it", (row) => {
    const { qos, use, when } = row;
    const bench = makeBench().online(connack({ topicAliasMaximum: 3 }));
    if (use === "used") {
      bench.publish({ topic: "full/topic", topicAlias: 3, qos: 0 });
      expect(written(bench)).toEqual(["full/topic=3"]);
    }
    const id = bench.publish({ topic: "full/topic", topicAlias: 3, qos });
    expect(written(bench)).toEqual([use === "used" ? "=3" : "full/topic=3"]);
    const answers = qos === 0 ? [] : answer(qos, 1);
    if (when === "after the answer") {
      bench.receive(...answers);
    }
    if (when !== "never") {
      bench.cut().online(connackResumed({ topicAliasMaximum: 3 }));
    }
    const isSentAgain = qos > 0 && when === "before the answer";
    expect(written(bench)).toEqual(isSentAgain ? ["dup full/topic=3"] : []);
    if (when !== "after the answer") {
      bench.receive(...answers);
    }
    bench.publish({ topic: "full/topic", topicAlias: 3, qos: 0 });
    expect(written(bench)).toEqual([isSentAgain || when === "never" ? "=3" : "full/topic=3"]);
    expect(bench.outcome(id)).toBe("done");
  });

  test.each([1, 2] as const)("at QoS %i, a server that takes no aliases any more gets the topic in full", (qos) => {
    const bench = makeBench().online(connack({ topicAliasMaximum: 3 }));
    const ids = [1, 2].map(() => bench.publish({ topic: "full/topic", topicAlias: 3, qos }));
    expect(written(bench)).toEqual(["full/topic=3", "=3"]);
    bench.cut().online(connackResumed());
    expect(written(bench)).toEqual(["dup full/topic=undefined", "dup full/topic=undefined"]);
    bench.receive(...answer(qos, 1), ...answer(qos, 2));
    expect(bench.outcomes(ids)).toEqual(["done", "done"]);
  });
});
