/**
 * A script: how a client and its broker are set up, and what happens to them, step by step. A script is plain data, and
 * it alone decides on a run, so a failing one can be printed, shortened and run again.
 */
import type { QoS } from "../../src/codec/qos.js";
import { seededRandom } from "../support/random.js";

/** What the application does, from the outside or inside a listener. */
export type Action =
  | { readonly do: "start" | "stop" | "drain" | "closeLoop" | "checkConnection" }
  | { readonly do: "publish"; readonly qos: QoS; readonly topic: string }
  | { readonly do: "subscribe"; readonly filter: string; readonly qos: QoS }
  | { readonly do: "unsubscribe"; readonly filter: string }
  | { readonly do: "openLoop"; readonly filter: string; readonly qos: QoS; readonly delayMs: number };

/** How a listener behaves, beside what it does. */
export type Manner = "returns" | "throws" | "rejects" | "neverSettles";

/** The events inside which a script lets the application act. */
export const reactiveEvents = [
  "attemptingConnect",
  "connectionSuccess",
  "connectionFailure",
  "disconnection",
  "handlerError",
  "messageReceived",
  "stopped",
  "warning",
] as const;

/** One thing that happens. */
export type Step =
  | Action
  | { readonly do: "wait"; readonly ms: number }
  | {
      readonly do: "react";
      readonly to: (typeof reactiveEvents)[number];
      readonly manner: Manner;
      readonly with?: Action;
    }
  | { readonly do: "serverPublish"; readonly topic: string; readonly qos: QoS; readonly count: number }
  | { readonly do: "cut" | "loseSession" | "serverDisconnects" | "release" }
  | { readonly do: "hold"; readonly what: "all" | "pubcomp" }
  | { readonly do: "reachable"; readonly is: boolean }
  | { readonly do: "limit"; readonly receiveMaximum: number; readonly wildcards: boolean }
  | { readonly do: "grant"; readonly is: boolean }
  | { readonly do: "verify"; readonly is: "passes" | "fails" | "hangs" };

export interface Script {
  readonly sessionBehavior: "clean" | "rejoinPostSuccess" | "rejoinAlways";
  readonly resubscribe: "onSessionLost" | "always";
  readonly onHandlerError: "acknowledge" | "reject" | "disconnect";
  /** The client's Receive Maximum. */
  readonly receiveMaximum: number;
  readonly isAuthenticated: boolean;
  readonly overlapping: "oneCopy" | "copyEach";
  readonly repeatsPubrec: boolean;
  /** The time from a packet to the broker's answer, in milliseconds. */
  readonly answerDelayMs: number;
  readonly steps: readonly Step[];
}

/** Topics, and filters of which several match each of them. */
const topics = ["a", "a/b", "c"];
const filters = ["a/#", "a/b", "a", "+/b", "c"];

/** The largest number of random choices in a script. */
const mostSteps = 40;

/** Draws values from a seed. */
class Draw {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  pick<Value>(...values: readonly [Value, ...Value[]]): Value {
    return values[Math.floor(this.#random() * values.length)] ?? values[0];
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  count(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }

  /** Picks one of the makers, each with its weight. */
  weighted<Value>(makers: readonly (readonly [number, () => Value])[]): Value | undefined {
    let rest = this.#random() * makers.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, make] of makers) {
      rest -= weight;
      if (rest < 0) {
        return make();
      }
    }
    return undefined;
  }
}

const qosOf = (draw: Draw): QoS => draw.pick<QoS>(0, 1, 2, 2);
const topicOf = (draw: Draw): string => draw.pick("a/b", ...topics);
const filterOf = (draw: Draw): string => draw.pick("a/#", ...filters);

function makeLoop(draw: Draw): Action {
  return { do: "openLoop", filter: filterOf(draw), qos: draw.pick<QoS>(1, 2, 2), delayMs: draw.pick(0, 0, 50) };
}

function makeAction(draw: Draw): Action {
  const makers: readonly (readonly [number, () => Action])[] = [
    [6, () => ({ do: "publish", qos: qosOf(draw), topic: topicOf(draw) })],
    [1, () => ({ do: "subscribe", filter: filterOf(draw), qos: qosOf(draw) })],
    [1, () => ({ do: "unsubscribe", filter: filterOf(draw) })],
    [3, () => makeLoop(draw)],
    [2, () => ({ do: "closeLoop" })],
    [1, () => ({ do: "stop" })],
    [0.5, () => ({ do: "drain" })],
    [2, () => ({ do: "start" })],
    [0.5, () => ({ do: "checkConnection" })],
  ];
  return draw.weighted(makers) ?? { do: "start" };
}

function makeReaction(draw: Draw): Step {
  const to = draw.pick("messageReceived", "handlerError", "disconnection", ...reactiveEvents);
  const manner = draw.pick<Manner>("returns", "returns", "throws", "rejects", "neverSettles");
  return { do: "react", to, manner, ...(draw.chance(0.7) && { with: makeAction(draw) }) };
}

/** Makes one of the scenes that steps by chance come upon too rarely. Each may lack some of its steps. */
function makeScene(draw: Draw, isAuthenticated: boolean): Step[] {
  const interruptedPublishes: Step[] = [
    { do: "hold", what: "all" },
    { do: "publish", qos: 2, topic: topicOf(draw) },
    { do: "publish", qos: qosOf(draw), topic: topicOf(draw) },
    { do: "publish", qos: 2, topic: topicOf(draw) },
    { do: "wait", ms: 0 },
    { do: "hold", what: "pubcomp" },
    { do: "limit", receiveMaximum: 1, wildcards: draw.chance(0.5) },
    { do: "cut" },
    { do: "wait", ms: 5 },
    { do: "wait", ms: 2_500 },
  ];
  const slowHandler: Step[] = [
    { do: "react", to: "messageReceived", manner: "neverSettles" },
    { do: "serverPublish", topic: topicOf(draw), qos: 2, count: 1 },
    { do: "wait", ms: 100 },
    draw.chance(0.5) ? { do: "stop" } : { do: "cut" },
    { do: "wait", ms: 5 },
    { do: "start" },
  ];
  const lateAuthentication: Step[] = [
    { do: "verify", is: draw.pick("fails", "hangs") },
    { do: "loseSession" },
    { do: "wait", ms: 100 },
    { do: "verify", is: "passes" },
    { do: "wait", ms: 300 },
  ];
  const scene = isAuthenticated
    ? draw.pick(interruptedPublishes, slowHandler, lateAuthentication)
    : draw.pick(interruptedPublishes, slowHandler);
  return scene.filter(() => draw.chance(0.93));
}

/** Makes steps. Each script has a mix of its own: some kinds of steps come often, others not at all. */
function makeSteps(draw: Draw, isAuthenticated: boolean): Step[] {
  const share = (weight: number): number => weight * draw.pick(0, 0.5, 1, 3);
  const pause = (): Step => ({ do: "wait", ms: draw.pick(0, 0, 0, 1, 3) });
  const one = (step: Step): Step[] => (draw.chance(0.5) ? [step, pause()] : [step]);
  const makers: readonly (readonly [number, () => Step[]])[] = [
    [8, () => one(makeAction(draw))],
    [2, () => one({ do: "wait", ms: draw.pick(5, 100, 1_500, 2_500) })],
    [share(5), () => one(makeReaction(draw))],
    [6, () => one({ do: "serverPublish", topic: topicOf(draw), qos: qosOf(draw), count: draw.count(1, 3) })],
    [share(4), () => one({ do: "cut" })],
    [share(3), () => one({ do: "loseSession" })],
    [share(0.5), () => one({ do: "serverDisconnects" })],
    [share(3), () => one({ do: "hold", what: draw.pick("all", "pubcomp") })],
    [share(2), () => one({ do: "release" })],
    [share(0.5), () => one({ do: "reachable", is: draw.chance(0.7) })],
    [share(3), () => one({ do: "limit", receiveMaximum: draw.pick(1, 1, 2, 65_535), wildcards: draw.chance(0.5) })],
    [share(2), () => one({ do: "grant", is: draw.chance(0.6) })],
    [isAuthenticated ? 5 : 0, () => one({ do: "verify", is: draw.pick("passes", "passes", "fails", "hangs") })],
    [share(0.5), () => makeScene(draw, isAuthenticated)],
  ];
  return Array.from({ length: draw.count(5, mostSteps) }, () => draw.weighted(makers) ?? []).flat();
}

/** Makes the first steps: a connection with some loops on it. */
function makeBeginning(draw: Draw): Step[] {
  const loops = Array.from({ length: draw.count(0, 3) }, () => makeLoop(draw));
  return [{ do: "start" }, ...loops, { do: "wait", ms: draw.pick(0, 100) }];
}

/** Makes the script of a seed. */
export function makeScript(seed: number): Script {
  const draw = new Draw(seed);
  const isAuthenticated = draw.chance(0.4);
  return {
    sessionBehavior: draw.pick("clean", "rejoinPostSuccess", "rejoinAlways", "rejoinAlways", "rejoinAlways"),
    resubscribe: draw.pick("onSessionLost", "onSessionLost", "always"),
    onHandlerError: draw.pick("acknowledge", "acknowledge", "reject", "disconnect"),
    receiveMaximum: draw.pick(2, 5, 100),
    isAuthenticated,
    overlapping: draw.pick("oneCopy", "copyEach"),
    repeatsPubrec: draw.chance(0.5),
    answerDelayMs: draw.pick(0, 0, 5, 30),
    steps: [...makeBeginning(draw), ...makeSteps(draw, isAuthenticated)],
  };
}
