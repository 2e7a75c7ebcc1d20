/** What must hold of a client, whatever happened to it. Each check returns its findings, in words. */
import type { ReceivedClientPacket } from "../../src/codec/client-packets.js";
import type { BrokerDelivery } from "../../src/testing/model-broker/broker-records.js";
import type { Script } from "./script.js";
import { busyStatistics } from "./busy-statistics.js";
import { type CalledOperation, messageKey, type RunningLoop } from "./records.js";
import { ackTimeoutMs, clientId, type World } from "./world.js";

const textOf = (payload: Uint8Array): string => new TextDecoder().decode(payload);

/** At any time: an operation whose packet the broker has got on this connection waits for `ackTimeoutMs` at most. */
export function overdueAcknowledgements({ broker, clock, client, operations }: World): string[] {
  if (client.state !== "connected") {
    return [];
  }
  const pending = operations.filter(({ kind, status }) => kind === "publish" && status === "pending");
  const writtenAt = pending.length === 0 ? new Map<string, number>() : firstWrites(broker.log);
  return pending
    .filter(({ subject }) => clock.now() - (writtenAt.get(subject) ?? Infinity) > ackTimeoutMs)
    .map(({ subject }) => `publish of ${subject} was not answered within ackTimeoutMs, and is pending`);
}

/** The time at which each publish, or its PUBREL, was first written on the newest connection. */
function firstWrites(log: World["broker"]["log"]): Map<string, number> {
  const newest = log.at(-1)?.connection;
  const payloads = new Map<number, string>();
  const times = new Map<string, number>();
  for (const { at, connection, packet, from } of log) {
    const subject = from === "client" ? subjectOf(packet as ReceivedClientPacket, payloads) : undefined;
    if (connection === newest && subject !== undefined && !times.has(subject)) {
      times.set(subject, at);
    }
  }
  return times;
}

function subjectOf(packet: ReceivedClientPacket, payloads: Map<number, string>): string | undefined {
  if (packet.type === "publish") {
    payloads.set(packet.packetId ?? 0, textOf(packet.payload));
    return payloads.get(packet.packetId ?? 0);
  }
  return packet.type === "pubrel" ? payloads.get(packet.packetId) : undefined;
}

/** After a calm time, connected. */
export function findingsAtRest(world: World, script: Script): string[] {
  const { client, broker, operations } = world;
  return [
    ...(client.state === "connected" ? [] : [`the client is ${client.state} after a calm time`]),
    ...operations.filter(isPending).map((operation) => `${describe(operation)} is pending after a calm time`),
    ...broker.complaints.map((complaint) => `the broker complains: ${complaint}`),
    ...unfinishedDeliveries(world),
    ...busyStatistics(client, "at rest"),
    ...subscriptionFindings(world),
    ...operations.flatMap((operation) => publishFindings(operation, world, script)),
    ...deliveryFindings(world, script),
  ];
}

/** After the last stop. */
export function findingsAfterStop(world: World, script: Script): string[] {
  const { client, loops, operations, clock } = world;
  return [
    ...(client.state === "stopped" ? [] : [`the client is ${client.state} after stop`]),
    ...operations.filter(isPending).map((operation) => `${describe(operation)} is pending after stop`),
    ...loops.filter(({ isOpen }) => isOpen).map(({ filter }) => `the loop on ${filter} goes on after stop`),
    ...(clock.nextWakeUp === undefined ? [] : ["a timer is left after stop"]),
    ...busyStatistics(client, "after stop"),
    ...eventFindings(world),
    ...cleanStartFindings(world, script),
  ];
}

function isPending({ status }: CalledOperation): boolean {
  return status === "pending";
}

function describe({ kind, subject, qos }: CalledOperation): string {
  return `${kind} of ${subject}${kind === "publish" ? ` at QoS ${qos}` : ""}`;
}

function unfinishedDeliveries({ broker }: World): string[] {
  return (broker.session(clientId)?.outgoing ?? []).map(
    ({ message, qos, state }) => `${textOf(message.payload)} at QoS ${qos} is ${state}, not acknowledged, at rest`,
  );
}

function subscriptionFindings({ broker, loops, operations, stopCount }: World): string[] {
  const held = broker.session(clientId)?.subscriptions ?? new Map<string, unknown>();
  const wanted = loops.filter(({ isOpen }) => isOpen).map(({ filter }) => filter);
  const missing = wanted.filter((filter) => !held.has(filter));
  // A stop may come before UNSUBSCRIBE, and whoever calls `subscribe` is in charge of its end.
  const called = operations.filter(({ kind }) => kind !== "publish").map(({ subject }) => subject);
  const left = [...held.keys()].filter(
    (filter) => stopCount === 0 && !wanted.includes(filter) && !called.includes(filter),
  );
  return [
    ...missing.map((filter) => `a loop on ${filter} is open, and the broker has no such subscription`),
    ...left.map((filter) => `no loop on ${filter} is left, and the broker still has the subscription`),
  ];
}

function publishFindings(operation: CalledOperation, { broker }: World, script: Script): string[] {
  const { kind, subject, qos, status, outcome } = operation;
  if (kind !== "publish") {
    return [];
  }
  const takenCount = broker.messages.filter(({ payload }) => textOf(payload) === subject).length;
  const hasLostSession = broker.session(clientId)?.number !== 1 || script.sessionBehavior !== "rejoinAlways";
  const what = describe(operation);
  return [
    ...(status === "fulfilled" && qos > 0 && takenCount === 0 ? [`${what} resolved, and the broker never got it`] : []),
    ...(qos !== 1 && takenCount > 1 ? [`the broker got ${what} ${takenCount} times`] : []),
    ...(outcome === "notSent" && takenCount > 0 ? [`${what} is "notSent", and the broker got it`] : []),
    ...(outcome === "received" && takenCount === 0 ? [`${what} is "received", and the broker never got it`] : []),
    ...(outcome === "kept" && !hasLostSession && takenCount === 0 ? [`${what} is "kept", and was never sent`] : []),
  ];
}

function deliveryFindings({ broker, loops, listenerCounts }: World, script: Script): string[] {
  const { deliveries } = broker;
  // A handler that fails and disconnects asks for the message once more, at QoS 2 too.
  const isExact = script.onHandlerError !== "disconnect";
  return [
    ...countFindings("the listener", listenerCounts, deliveries, { isExact, deliveriesBefore: 0, isOpen: true }),
    ...loops.flatMap((loop) =>
      countFindings(
        `the loop on ${loop.filter}`,
        loop.counts,
        deliveries.map((delivery) => (isFor(loop, delivery) ? delivery : undefined)),
        { isExact, ...loop },
      ),
    ),
  ];
}

function isFor({ filter }: RunningLoop, { topicFilters }: BrokerDelivery): boolean {
  return topicFilters.includes(filter);
}

/** Compares how often each message came with the copies that the broker made for the consumer. */
function countFindings(
  consumer: string,
  counts: ReadonlyMap<string, number>,
  deliveries: readonly (BrokerDelivery | undefined)[],
  { isExact, deliveriesBefore, isOpen }: { isExact: boolean; deliveriesBefore: number; isOpen: boolean },
): string[] {
  const most = new Map<string, number>();
  const least = new Map<string, number>();
  for (const [index, delivery] of deliveries.entries()) {
    if (delivery && delivery.qos > 0) {
      const key = messageKey({ payload: delivery.message.payload, qos: delivery.qos });
      most.set(key, (most.get(key) ?? 0) + 1);
      if (isOpen && index >= deliveriesBefore && delivery.state === "acknowledged") {
        least.set(key, (least.get(key) ?? 0) + 1);
      }
    }
  }
  const tooMany = [...counts].filter(([key, count]) => isExact && key.endsWith("q2") && count > (most.get(key) ?? 0));
  const tooFew = [...least].filter(([key, count]) => (counts.get(key) ?? 0) < count);
  return [
    ...tooMany.map(([key, count]) => `${consumer} got ${key} ${count} times, of ${most.get(key) ?? 0} copies`),
    ...tooFew.map(
      ([key, count]) => `${consumer} got ${key} ${counts.get(key) ?? 0} times, and acknowledged ${count} copies`,
    ),
  ];
}

/** The events that may follow each event; `stopped` and the beginning are the same. */
const successors: Readonly<Record<string, readonly string[]>> = {
  stopped: ["attemptingConnect", "stopped"],
  attemptingConnect: ["connectionSuccess", "connectionFailure"],
  connectionSuccess: ["disconnection"],
  connectionFailure: ["attemptingConnect", "stopped"],
  disconnection: ["attemptingConnect", "stopped"],
};

function eventFindings({ events }: World): string[] {
  const names = events.map(({ name }) => name).filter((name) => name in successors);
  return names.flatMap((name, index) => {
    const before = names[index - 1] ?? "stopped";
    return successors[before]?.includes(name) === true ? [] : [`${name} follows ${before}`];
  });
}

/** The Clean Start of each CONNECT is that of the session behaviour. */
function cleanStartFindings({ broker }: World, { sessionBehavior }: Script): string[] {
  const connects = broker.log.flatMap(({ packet }) => (packet.type === "connect" ? [packet] : []));
  const isWrong = (cleanStart: boolean): boolean =>
    (sessionBehavior === "clean" && !cleanStart) || (sessionBehavior === "rejoinAlways" && cleanStart);
  return connects.some(({ cleanStart }) => isWrong(cleanStart)) ? [`Clean Start is wrong for ${sessionBehavior}`] : [];
}
