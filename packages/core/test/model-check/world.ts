/** The client and the broker of a script, and everything that a check asks about them. */
import type { Mqtt5ClientBase } from "../../src/client/client.js";
import type { MessageStream } from "../../src/client/messages/message-stream.js";
import type { ClientOptions } from "../../src/client/options/client-options.js";
import { MqttError } from "../../src/errors.js";
import { ModelBroker } from "../../src/testing/model-broker/model-broker.js";
import { VirtualClock } from "../../src/testing/virtual-clock.js";
import { type CalledOperation, count, messageKey, type RunningLoop, type SeenEvent } from "./records.js";
import { makeBench } from "../support/test-client.js";
import { busyStatistics } from "./busy-statistics.js";
import { type Action, type Manner, reactiveEvents, type Script, type Step } from "./script.js";

export const clientId = "model";
/** The client's limits of time in every script, in milliseconds. */
export const ackTimeoutMs = 2_000;
const handlerTimeoutMs = 1_000;

/** Gives the client under test a fault, for a test of the check. */
export type Plant = (client: Mqtt5ClientBase) => void;

/** A step that is not the application's. */
type WorldStep = Exclude<Step, Action | { readonly do: "wait" }>;

const worldSteps: Readonly<Record<WorldStep["do"], true>> = {
  react: true,
  serverPublish: true,
  cut: true,
  loseSession: true,
  serverDisconnects: true,
  hold: true,
  release: true,
  reachable: true,
  limit: true,
  grant: true,
  verify: true,
};

function isOfWorld(step: Step): step is WorldStep {
  return step.do in worldSteps;
}

export class World {
  readonly clock = new VirtualClock();
  readonly broker: ModelBroker;
  readonly client: Mqtt5ClientBase;
  readonly operations: CalledOperation[] = [];
  readonly loops: RunningLoop[] = [];
  readonly events: SeenEvent[] = [];
  /** The number of times that each message came to the listener of `messageReceived`, by number and QoS. */
  readonly listenerCounts = new Map<string, number>();
  /** What was wrong at the moment at which it happened. */
  readonly faults: string[] = [];
  stopCount = 0;

  readonly #script: Script;
  readonly #reactions = new Map<string, Extract<Step, { do: "react" }>[]>();
  #listenerDepth = 0;
  #payloadCount = 0;
  #limits: { receiveMaximum?: number; wildcardSubscriptionsAvailable?: boolean } = {};
  #isGranting = true;
  #verification: "passes" | "fails" | "hangs" = "passes";

  constructor(script: Script, plant?: Plant) {
    this.#script = script;
    this.broker = new ModelBroker({
      clock: this.clock,
      overlapping: script.overlapping,
      repeatsPubrec: script.repeatsPubrec,
      answerDelayMs: () => script.answerDelayMs,
      answerConnect: () => this.#limits,
      answerSubscription: ({ topicFilter, qos }) => {
        const isWild = /[+#]/.test(topicFilter);
        const isRefused = !this.#isGranting || (isWild && this.#limits.wildcardSubscriptionsAvailable === false);
        return isRefused ? 0x97 : qos;
      },
    });
    const { clock, broker } = this;
    this.client = makeBench(this.#options(), { clock, prepareTransport: () => broker.transport }).client;
    plant?.(this.client);
    this.#listen();
  }

  /** Lets one step happen. */
  async take(step: Step): Promise<void> {
    if (step.do === "wait") {
      await this.clock.advanceAndSettle(step.ms);
    } else if (isOfWorld(step)) {
      this.#takeOfWorld(step);
    } else {
      this.act(step);
    }
  }

  #takeOfWorld(step: WorldStep): void {
    const { broker } = this;
    switch (step.do) {
      case "react":
        this.#reactions.set(step.to, [...(this.#reactions.get(step.to) ?? []), step]);
        break;
      case "serverPublish":
        this.#publishFromServer(step);
        break;
      case "cut":
        broker.cut();
        break;
      case "loseSession":
        broker.cut();
        broker.loseSession(clientId);
        break;
      case "serverDisconnects":
        broker.disconnect(clientId);
        break;
      case "hold":
        broker.holdAcknowledgements(step.what === "all" ? undefined : [step.what]);
        break;
      case "release":
        broker.releaseAcknowledgements();
        break;
      case "reachable":
        broker.isReachable = step.is;
        break;
      case "limit":
        this.#limits = {
          ...(step.receiveMaximum < 65_535 && { receiveMaximum: step.receiveMaximum }),
          ...(!step.wildcards && { wildcardSubscriptionsAvailable: false }),
        };
        break;
      case "grant":
        this.#isGranting = step.is;
        break;
      case "verify":
        this.#verification = step.is;
        break;
    }
  }

  #publishFromServer({ topic, qos, count: copies }: Extract<Step, { do: "serverPublish" }>): void {
    for (let index = 0; index < copies; index += 1) {
      this.#payloadCount += 1;
      this.broker.publish({ topic, payload: `s${this.#payloadCount}`, qos });
    }
  }

  /** Ends all that hinders the client, starts it, and gives everything the time that it needs. */
  async calm(): Promise<void> {
    this.#reactions.clear();
    this.#limits = {};
    this.#isGranting = true;
    this.#verification = "passes";
    this.broker.isReachable = true;
    this.broker.releaseAcknowledgements();
    await this.clock.advanceAndSettle(20_000);
    // Once more, for limits and verification that the present connection still has from before.
    this.broker.cut();
    await this.clock.settle();
    this.client.start();
    await this.clock.advanceAndSettle(20_000);
  }

  /** Lets the application act. */
  act(action: Action): void {
    const { client } = this;
    switch (action.do) {
      case "start":
        return client.start();
      case "stop":
        return this.#stop({ timeoutMs: 500 });
      case "drain":
        return this.#stop({ timeoutMs: 500, drain: true });
      case "checkConnection":
        return client.checkConnection();
      case "publish": {
        this.#payloadCount += 1;
        const payload = `p${this.#payloadCount}`;
        const promise = client.publish({ topic: action.topic, payload, qos: action.qos });
        return this.#register({ kind: "publish", subject: payload, qos: action.qos }, promise);
      }
      case "subscribe": {
        const promise = client.subscribe({ topicFilter: action.filter, qos: action.qos });
        return this.#register({ kind: "subscribe", subject: action.filter, qos: action.qos }, promise);
      }
      case "unsubscribe":
        return this.#register(
          { kind: "unsubscribe", subject: action.filter, qos: 0 },
          client.unsubscribe(action.filter),
        );
      case "openLoop":
        return this.#openLoop(action);
      case "closeLoop": {
        const loop = this.loops.find(({ isOpen }) => isOpen);
        if (loop) {
          loop.isOpen = false;
          void loop.stream.return();
        }
      }
    }
  }

  #options(): ClientOptions {
    const { sessionBehavior, resubscribe, onHandlerError, receiveMaximum, isAuthenticated } = this.#script;
    return {
      url: "mqtt://broker.example",
      sessionBehavior,
      resubscribe,
      onHandlerError,
      ackTimeoutMs,
      handlerTimeoutMs,
      minReconnectDelayMs: 1,
      maxReconnectDelayMs: 400,
      connackTimeoutMs: 200,
      connectOptions: { clientId, sessionExpiryInterval: 3_600, keepAlive: 0, receiveMaximum },
      ...(isAuthenticated && {
        authentication: {
          method: "M",
          start: () => ({}),
          respond: () => ({}),
          verify: () => this.#verify(),
        },
      }),
    };
  }

  #verify(): Promise<void> | undefined {
    if (this.#verification === "fails") {
      throw new Error("the server is not who it says");
    }
    return this.#verification === "hangs" ? new Promise(() => undefined) : undefined;
  }

  #register(operation: Omit<CalledOperation, "status" | "stopsBefore">, promise: Promise<unknown>): void {
    const called: CalledOperation = { ...operation, stopsBefore: this.stopCount, status: "pending" };
    this.operations.push(called);
    promise.then(
      () => {
        called.status = "fulfilled";
      },
      (error: unknown) => {
        called.status = "rejected";
        called.code = MqttError.is(error) ? error.code : String(error);
        called.outcome = MqttError.is(error) ? error.outcome : undefined;
      },
    );
  }

  #stop(options: { timeoutMs: number; drain?: boolean }): void {
    let hasEnded = false;
    const stopCount = this.stopCount + (this.client.state === "stopped" ? 0 : 1);
    const { clock } = this;
    const deadline = clock.now() + options.timeoutMs + 1;
    clock.wakeAt(deadline, () => {
      if (!hasEnded) {
        this.faults.push(`stop has not resolved ${options.timeoutMs} ms after the call`);
      }
    });
    void this.client.stop(options).then(async () => {
      hasEnded = true;
      if (this.stopCount < stopCount) {
        this.faults.push(`stop has resolved before stopped, and the client is ${this.client.state}`);
      }
      await microtasks();
      this.#checkStopped();
      for (const operation of this.operations) {
        if (operation.status === "pending" && operation.stopsBefore < this.stopCount) {
          this.faults.push(`${operation.kind} of ${operation.subject} is pending after stop has resolved`);
        }
      }
    });
  }

  /** After a stop that ended the session, only what was kept for the next start is left. */
  #checkStopped(): void {
    // What was called since the last stop waits for another start.
    const isQuiet = ![...this.operations, ...this.loops].some(({ stopsBefore }) => stopsBefore === this.stopCount);
    if (isQuiet && this.#script.sessionBehavior !== "rejoinAlways" && this.client.state === "stopped") {
      const keptCount = this.operations.filter(({ outcome }) => outcome === "kept").length;
      this.faults.push(...busyStatistics(this.client, "after a stop that ended the session", keptCount));
    }
  }

  #openLoop({ filter, qos, delayMs }: Extract<Action, { do: "openLoop" }>): void {
    let stream: MessageStream;
    try {
      stream = this.client.messages(filter, { qos });
    } catch {
      return; // the filter is in use with another QoS
    }
    const deliveriesBefore = this.broker.deliveries.length;
    const stopsBefore = this.stopCount;
    const loop: RunningLoop = { filter, stream, stopsBefore, deliveriesBefore, counts: new Map(), isOpen: true };
    this.loops.push(loop);
    void this.#run(loop, delayMs);
  }

  async #run(loop: RunningLoop, delayMs: number): Promise<void> {
    try {
      for await (const message of loop.stream) {
        count(loop.counts, messageKey(message));
        if (delayMs > 0) {
          await new Promise<void>((resolve) => this.clock.wakeAt(this.clock.now() + delayMs, resolve));
        }
      }
    } catch {
      // The server refused the subscription.
    }
    loop.isOpen = false;
  }

  #listen(): void {
    this.client.on("messageReceived", ({ message }) => {
      count(this.listenerCounts, messageKey(message));
    });
    for (const name of [...reactiveEvents, "resubscribeFailed" as const]) {
      this.client.on(name, () => this.#hear(name));
      // A second listener, since events must not come between the listeners of one.
      this.client.on(name, () => {
        this.#enter(name);
        this.#listenerDepth -= 1;
      });
    }
  }

  #enter(name: string): void {
    if (this.#listenerDepth > 0) {
      this.faults.push(`${name} is emitted inside a listener`);
    }
    this.#listenerDepth += 1;
  }

  #hear(name: string): Promise<void> | undefined {
    this.#enter(name);
    if (name !== "messageReceived" && name !== "handlerError" && name !== "warning") {
      this.events.push({ name, at: this.clock.now() });
    }
    this.stopCount += name === "stopped" ? 1 : 0;
    try {
      const reaction = this.#reactions.get(name)?.shift();
      if (reaction?.with) {
        this.act(reaction.with);
      }
      return behave(reaction?.manner ?? "returns");
    } finally {
      this.#listenerDepth -= 1;
    }
  }
}

function behave(manner: Manner): Promise<void> | undefined {
  switch (manner) {
    case "returns":
      return undefined;
    case "throws":
      throw new Error("a listener throws");
    case "rejects":
      return Promise.reject(new Error("a listener rejects"));
    case "neverSettles":
      return new Promise(() => undefined);
  }
}

/** Lets the promises that settled in the same turn call back. */
async function microtasks(): Promise<void> {
  for (let index = 0; index < 16; index += 1) {
    await Promise.resolve();
  }
}
