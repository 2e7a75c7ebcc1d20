import { describe, expect, test } from "@jest/globals";
import type { ClientPacket } from "../../codec/client-packets.js";
import { encodeClientPacket } from "../../codec/encode-any-packet.js";
import { PacketDecoder } from "../../codec/packet-decoder.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import type { QoS } from "../../codec/qos.js";
import { type ServerPacket, serverPackets } from "../../codec/server-packets.js";
import { ByteWriter } from "../../codec/wire/byte-writer.js";
import type { Transport } from "../../ports/transport.js";
import { VirtualClock } from "../virtual-clock.js";
import type { ModelBrokerOptions } from "./broker-options.js";
import { ModelBroker } from "./model-broker.js";

/** A client that does what the test says, packet by packet. */
class RawClient {
  readonly #clock: VirtualClock;
  readonly #transport: Transport;
  readonly #decoder = new PacketDecoder(serverPackets);
  #received: ServerPacket[] = [];
  isClosed = false;

  constructor(broker: ModelBroker, clock: VirtualClock) {
    this.#clock = clock;
    this.#transport = broker.transport({
      phase: () => undefined,
      opened: () => undefined,
      writable: () => undefined,
      received: (bytes) => {
        this.#decoder.push(bytes.slice());
        for (let packet = this.#decoder.next(); packet; packet = this.#decoder.next()) {
          this.#received.push(packet);
        }
      },
      closed: () => {
        this.isClosed = true;
      },
    });
    clock.runTurns();
  }

  /** Sends a packet, and returns what the broker sends in the same turn. */
  send(packet: ClientPacket): ServerPacket[] {
    const writer = new ByteWriter();
    encodeClientPacket(writer, packet);
    this.#transport.write(writer.take());
    return this.take();
  }

  take(): ServerPacket[] {
    this.#clock.runTurns();
    return this.#received.splice(0);
  }
}

const makeBroker = (options: Partial<ModelBrokerOptions> = {}): { broker: ModelBroker; clock: VirtualClock } => {
  const clock = new VirtualClock();
  return { broker: new ModelBroker({ clock, ...options }), clock };
};

const connect = (more: Partial<ConnectPacket> = {}): ConnectPacket => ({
  type: "connect",
  cleanStart: false,
  keepAlive: 0,
  clientId: "c",
  sessionExpiryInterval: 60,
  ...more,
});

const publish = (packetId: number, qos: QoS, more: { topic?: string; dup?: boolean } = {}): ClientPacket => ({
  type: "publish",
  topic: "a/b",
  payload: "x",
  qos,
  retain: false,
  dup: false,
  ...(qos > 0 && { packetId }),
  ...more,
});

const subscribe = (topicFilter: string, qos: QoS, subscriptionIdentifier?: number): ClientPacket => ({
  type: "subscribe",
  packetId: 1,
  subscriptions: [{ topicFilter, qos, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
  ...(subscriptionIdentifier !== undefined && { subscriptionIdentifier }),
});

const types = (packets: readonly ServerPacket[]): string[] => packets.map(({ type }) => type);

describe("ModelBroker", () => {
  test("keeps a session for its expiry interval, and not longer", () => {
    const { broker, clock } = makeBroker();
    const first = new RawClient(broker, clock);
    expect(first.send(connect())).toMatchObject([{ type: "connack", sessionPresent: false }]);
    broker.cut();
    expect(first.isClosed).toBe(true);
    clock.advance(59_999);
    const second = new RawClient(broker, clock);
    expect(second.send(connect())).toMatchObject([{ sessionPresent: true }]);
    broker.cut();
    clock.advance(60_000);
    expect(broker.session("c")).toBeUndefined();
    expect(new RawClient(broker, clock).send(connect())).toMatchObject([{ sessionPresent: false }]);
  });

  test("ends a session at Clean Start, at DISCONNECT with expiry 0, and when it is told to", () => {
    const { broker, clock } = makeBroker();
    const numbers = [connect(), connect({ cleanStart: true }), connect()].map((packet) => {
      new RawClient(broker, clock).send(packet);
      return broker.session("c")?.number;
    });
    expect(numbers).toEqual([1, 2, 2]);
    broker.cut();
    broker.loseSession("c");
    const client = new RawClient(broker, clock);
    expect(client.send(connect())).toMatchObject([{ sessionPresent: false }]);
    client.send({ type: "disconnect", reasonCode: 0, sessionExpiryInterval: 0 });
    expect(broker.session("c")).toBeUndefined();
  });

  test("drops a new session whose CONNACK could not be sent", () => {
    const { broker, clock } = makeBroker({ answerDelayMs: () => 5 });
    new RawClient(broker, clock).send(connect());
    broker.cut();
    expect(broker.session("c")).toBeUndefined();
    new RawClient(broker, clock).send(connect());
    clock.advance(5);
    broker.cut();
    expect(broker.session("c")?.number).toBe(2);
  });

  test("hands the session to a second connection of its client, and disconnects the first with 0x8E", () => {
    const { broker, clock } = makeBroker();
    const first = new RawClient(broker, clock);
    first.send(connect());
    const second = new RawClient(broker, clock);
    expect(second.send(connect())).toMatchObject([{ sessionPresent: true }]);
    expect(first.take()).toEqual([{ type: "disconnect", reasonCode: 0x8e }]);
    expect([first.isClosed, second.isClosed]).toEqual([true, false]);
  });

  test("takes a QoS 2 message once, however often it is sent before PUBREL", () => {
    const { broker, clock } = makeBroker();
    const first = new RawClient(broker, clock);
    first.send(connect());
    broker.holdAcknowledgements();
    expect(first.send(publish(7, 2))).toEqual([]);
    broker.cut();
    broker.releaseAcknowledgements();
    const second = new RawClient(broker, clock);
    second.send(connect());
    expect(second.send(publish(7, 2, { dup: true }))).toMatchObject([{ type: "pubrec", packetId: 7 }]);
    expect(second.send({ type: "pubrel", packetId: 7, reasonCode: 0 })).toMatchObject([{ type: "pubcomp" }]);
    expect(broker.messages).toHaveLength(1);
    expect(second.send(publish(7, 2))).toMatchObject([{ type: "pubrec" }]);
    expect(broker.messages).toHaveLength(2);
    expect(second.send({ type: "pubrel", packetId: 9, reasonCode: 0 })).toMatchObject([{ reasonCode: 0x92 }]);
  });

  test("repeats PUBREC on a resumed session when it is told to", () => {
    const { broker, clock } = makeBroker({ repeatsPubrec: true });
    const first = new RawClient(broker, clock);
    first.send(connect());
    first.send(publish(7, 2));
    broker.cut();
    expect(types(new RawClient(broker, clock).send(connect()))).toEqual(["connack", "pubrec"]);
  });

  test("delivers within the client's Receive Maximum, and resumes with DUP and PUBREL", () => {
    const { broker, clock } = makeBroker();
    const first = new RawClient(broker, clock);
    first.send(connect({ receiveMaximum: 2 }));
    first.send(subscribe("a/#", 2));
    for (const payload of ["one", "two", "three"]) {
      broker.publish({ topic: "a/b", payload, qos: 2 });
    }
    expect(first.take()).toMatchObject([{ packetId: 1, dup: false }, { packetId: 2 }]);
    expect(first.send({ type: "pubrec", packetId: 1, reasonCode: 0 })).toMatchObject([{ type: "pubrel" }]);
    broker.cut();
    const second = new RawClient(broker, clock);
    const resumed = second.send(connect({ receiveMaximum: 2 })).slice(1);
    expect(resumed).toMatchObject([
      { type: "pubrel", packetId: 1 },
      { type: "publish", packetId: 2, dup: true },
    ]);
    const next = second.send({ type: "pubcomp", packetId: 1, reasonCode: 0 });
    expect(next).toMatchObject([{ type: "publish", packetId: 3, dup: false }]);
    second.send({ type: "pubrec", packetId: 2, reasonCode: 0x80 });
    expect(broker.deliveries.map(({ state }) => state)).toEqual(["acknowledged", "refused", "sent"]);
  });

  test("loses what a session had under way when the session ends, and QoS 0 without a connection", () => {
    const { broker, clock } = makeBroker();
    new RawClient(broker, clock).send(connect());
    const client = new RawClient(broker, clock);
    client.send(connect());
    client.send(subscribe("a/#", 1));
    broker.publish({ topic: "a", qos: 1 });
    broker.cut();
    broker.publish({ topic: "a", qos: 0 });
    broker.loseSession("c");
    expect(broker.deliveries.map(({ state }) => state)).toEqual(["lost", "lost"]);
  });

  test("drops the copies of an ended subscription that it has not sent", () => {
    const { broker, clock } = makeBroker();
    const client = new RawClient(broker, clock);
    client.send(connect({ receiveMaximum: 1 }));
    client.send(subscribe("a/#", 1));
    broker.publish({ topic: "a", qos: 1 });
    broker.publish({ topic: "a", qos: 1 });
    expect(types(client.send({ type: "unsubscribe", packetId: 2, topicFilters: ["a/#", "b"] }))).toEqual([
      "publish",
      "unsuback",
    ]);
    expect(client.send({ type: "puback", packetId: 1, reasonCode: 0 })).toEqual([]);
    expect(broker.deliveries.map(({ state }) => state)).toEqual(["acknowledged", "lost"]);
  });

  test.each([
    ["oneCopy", [{ qos: 2, subscriptionIdentifiers: [5, 6] }]],
    [
      "copyEach",
      [
        { qos: 1, subscriptionIdentifiers: [5] },
        { qos: 2, subscriptionIdentifiers: [6] },
      ],
    ],
  ] as const)("sends %s for overlapping subscriptions", (overlapping, copies) => {
    const { broker, clock } = makeBroker({ overlapping });
    const client = new RawClient(broker, clock);
    client.send(connect());
    client.send(subscribe("a/#", 1, 5));
    client.send(subscribe("a/b", 2, 6));
    broker.publish({ topic: "a/b", qos: 2 });
    expect(client.take()).toMatchObject(copies);
  });

  test("sends retained messages to a new subscription, and counts their expiry down", () => {
    const { broker, clock } = makeBroker();
    broker.publish({ topic: "a", payload: "kept", retain: true, messageExpiryInterval: 10 });
    broker.publish({ topic: "b", payload: "gone", retain: true });
    broker.publish({ topic: "b", payload: "", retain: true });
    const client = new RawClient(broker, clock);
    client.send(connect());
    clock.advance(3_000);
    const [suback, ...messages] = client.send(subscribe("#", 1));
    expect(suback).toMatchObject({ type: "suback", reasonCodes: [1] });
    expect(messages).toMatchObject([{ topic: "a", retain: true, messageExpiryInterval: 7 }]);
    clock.advance(7_000);
    expect(types(client.send(subscribe("#", 1)))).toEqual(["suback"]);
  });

  test("authenticates in as many steps as it is told to, and again on the same connection", () => {
    const { broker, clock } = makeBroker({
      answerAuthentication: ({ step, kind }) => ({
        verdict: step === 1 && kind === "connect" ? "challenge" : "accept",
      }),
    });
    const client = new RawClient(broker, clock);
    const method = { authenticationMethod: "M" };
    expect(client.send(connect(method))).toMatchObject([{ type: "auth", reasonCode: 0x18, ...method }]);
    expect(client.send({ type: "auth", reasonCode: 0x18, ...method })).toMatchObject([{ type: "connack", ...method }]);
    expect(client.send({ type: "auth", reasonCode: 0x19, ...method })).toMatchObject([{ type: "auth", reasonCode: 0 }]);
  });

  test("refuses what the test has it refuse", () => {
    const { broker, clock } = makeBroker({
      answerConnect: ({ clientId }) => (clientId === "bad" ? { reasonCode: 0x85 } : { receiveMaximum: 1 }),
      answerSubscription: () => 0x97,
      answerPublish: () => 0x87,
    });
    const refused = new RawClient(broker, clock);
    expect(refused.send(connect({ clientId: "bad" }))).toMatchObject([{ reasonCode: 0x85 }]);
    expect(refused.isClosed).toBe(true);
    const client = new RawClient(broker, clock);
    expect(client.send(connect())).toMatchObject([{ receiveMaximum: 1 }]);
    expect(client.send(subscribe("a", 1))).toMatchObject([{ reasonCodes: [0x97] }]);
    expect(client.send(publish(1, 1))).toMatchObject([{ type: "puback", reasonCode: 0x87 }]);
    expect([broker.messages.length, broker.session("c")?.subscriptions.size]).toEqual([0, 0]);
    broker.isReachable = false;
    expect(new RawClient(broker, clock).isClosed).toBe(true);
  });

  test("complains about a client that breaks the specification, and ends its connection", () => {
    const { broker, clock } = makeBroker({ answerConnect: () => ({ receiveMaximum: 1 }) });
    const early = new RawClient(broker, clock);
    expect(early.send({ type: "pingreq" })).toMatchObject([{ type: "connack", reasonCode: 0x82 }]);
    const client = new RawClient(broker, clock);
    client.send(connect());
    broker.holdAcknowledgements();
    client.send(publish(1, 1));
    expect(client.send(publish(2, 1))).toEqual([{ type: "disconnect", reasonCode: 0x93 }]);
    expect(broker.complaints).toEqual([
      "connection 1: pingreq before CONNACK",
      "connection 2: Receive Maximum exceeded",
    ]);
  });

  test("answers later, and in order, when it is told to", () => {
    let delayMs = 20;
    const { broker, clock } = makeBroker({ answerDelayMs: () => delayMs });
    const client = new RawClient(broker, clock);
    expect(client.send(connect())).toEqual([]);
    delayMs = 0;
    expect(client.send({ type: "pingreq" })).toEqual([]);
    clock.advance(20);
    expect(types(client.take())).toEqual(["connack", "pingresp"]);
    expect(broker.log.map(({ at, from, packet }) => `${at} ${from} ${packet.type}`)).toEqual([
      "0 client connect",
      "0 client pingreq",
      "20 server connack",
      "20 server pingresp",
    ]);
  });
});
