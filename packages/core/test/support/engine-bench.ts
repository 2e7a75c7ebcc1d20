/**
 * Drives an engine in virtual time against a far end that the test plays: keeps what was written and what was told, and
 * checks at every step what must hold in every test.
 */
import { toEngineSettings } from "../../src/client/options/client-options.js";
import type { OutboundPublishPacket } from "../../src/codec/packets/publish.js";
import type { Subscription } from "../../src/codec/packets/subscribe.js";
import type { MqttError } from "../../src/errors.js";
import type { StoreBatch } from "../../src/ports/session-store.js";
import type { AuthenticationAnswer, AuthenticationStep } from "../../src/protocol/connection/authentication-step.js";
import { Engine, type EngineSettings, type OperationRequest } from "../../src/protocol/engine.js";
import type { EngineEvent } from "../../src/protocol/engine-event.js";
import type { ConnectRequest } from "../../src/protocol/connection/connect-packet.js";
import { ConnectionError } from "../../src/protocol/errors/connection-errors.js";
import type { StopRequest } from "../../src/protocol/lifecycle/stop.js";
import type { OutboundSubscribePacket } from "../../src/protocol/session/operation.js";
import { SessionJournal } from "../../src/protocol/session/session-journal.js";
import { type BytesLike, joinBytes } from "../../src/testing/bytes.js";
import { seededRandom } from "./random.js";
import { connack } from "./server-bytes.js";
import { type ClientWirePacket, WireReader } from "./wire.js";

/** The defaults of the client, but without jitter. */
const defaultSettings: EngineSettings = { ...toEngineSettings({ url: "" }), retryJitterMode: "none" };

export interface BenchOptions extends Partial<EngineSettings> {
  readonly connect?: Partial<ConnectRequest>;
  readonly seed?: number;
  /** Whether changes are given to the store before what rests on them is written. */
  readonly isDurable?: boolean;
  readonly random?: () => number;
}

type Lifecycle = Extract<
  EngineEvent,
  { type: "attemptingConnect" | "connectionSuccess" | "connectionFailure" | "disconnection" | "stopped" }
>;
type Message = Extract<EngineEvent, { type: "messageReceived" }>;
type Question = Extract<EngineEvent, { type: "authenticationRequested" }>;
type Settled = Extract<
  EngineEvent,
  {
    type:
      | "publishCompleted"
      | "subscribeCompleted"
      | "unsubscribeCompleted"
      | "reauthenticationCompleted"
      | "operationFailed"
      | "operationKept";
  }
>;

interface StopWish extends Partial<Pick<StopRequest, "timeoutMs" | "drain">> {
  readonly disconnect?: Partial<StopRequest["disconnect"]>;
}

interface FarEnd {
  readonly reader: WireReader;
  state: "requested" | "opening" | "open" | "closing" | "closed";
  isReading: boolean;
  isBlocked: boolean;
  hasDisconnect: boolean;
}

/** An advance that needs more steps than this at one moment goes round in circles. */
const mostStepsAtOnce = 1_000;

const encoder = new TextEncoder();

const connectionReset = new ConnectionError({ phase: "connected", message: "read ECONNRESET" });

export class EngineBench {
  readonly engine: Engine;
  readonly settings: EngineSettings;
  now = 0;

  /** Everything that the engine told, in order. */
  readonly events: EngineEvent[] = [];

  /** Everything that it wrote, in order. */
  readonly wire: ClientWirePacket[] = [];

  /** The number of writes to the transport. */
  writeCount = 0;

  /** Everything that it gave to the store. */
  readonly batches: StoreBatch[] = [];

  /** False: the test answers the requests itself. */
  answersConnect = true;
  opens = true;
  closes = true;
  stores = true;
  /** How the application answers each step of an authentication; a step that it gives nothing for stays open. */
  authenticate: (step: AuthenticationStep) => AuthenticationAnswer | undefined = () => ({ fields: {} });
  /** False: nothing is transmitted until `flush`, as within one turn of an event loop. */
  flushes = true;

  connect: ConnectRequest;
  /** The name of the server of the next attempt. */
  server = "broker.example:1883";
  readonly #farEnds = new Map<number, FarEnd>();
  readonly #settled = new Map<number, Settled>();
  #attempt = 0;
  #seen = { wire: 0, events: 0 };
  #isAttemptOpen = false;
  #isConnected = false;

  constructor(options: BenchOptions = {}) {
    const { connect, seed = 1, random = seededRandom(seed), isDurable = false, ...settings } = options;
    this.settings = { ...defaultSettings, ...settings, ...(isDurable && { journal: new SessionJournal() }) };
    this.connect = { keepAlive: 0, clientId: "bench", sessionExpiryInterval: 3_600, ...connect };
    this.engine = new Engine(this.settings, random);
  }

  /** The number of the newest attempt. */
  get attempt(): number {
    return this.#attempt;
  }

  start(): this {
    this.engine.start(this.now);
    return this.pump();
  }

  /** Starts, if need be, and comes to a connection with this CONNACK. */
  online(answer: BytesLike = connack()): this {
    if (this.engine.state === "stopped") {
      this.start();
    }
    while (this.engine.state === "waitingToReconnect") {
      this.advance((this.engine.pollTimeout() ?? this.now) - this.now);
    }
    this.receive(answer);
    if (this.engine.state !== "connected") {
      throw new Error(`not connected but ${this.engine.state}`);
    }
    return this;
  }

  stop(request: StopWish = {}): this {
    const { timeoutMs = 5_000, drain = false, disconnect = {} } = request;
    this.engine.stop(this.now, { timeoutMs, drain, disconnect: { type: "disconnect", reasonCode: 0, ...disconnect } });
    return this.pump();
  }

  publish(message: Partial<OutboundPublishPacket> = {}, request: Partial<OperationRequest> = {}): number {
    const packet: OutboundPublishPacket = {
      type: "publish",
      topic: "t",
      payload: "",
      qos: 1,
      retain: false,
      dup: false,
      ...message,
    };
    const id = this.engine.publish(this.now, packet, { timeoutMs: Infinity, isCancellable: true, ...request });
    this.pump();
    return id;
  }

  /** Publishes one message for each topic. */
  publishAll(qos: 0 | 1 | 2, ...topics: readonly string[]): number[] {
    return topics.map((topic) => this.publish({ qos, topic }));
  }

  subscribe(
    filters: string | readonly (string | Partial<Subscription>)[],
    request: Partial<OperationRequest> & Partial<Omit<OutboundSubscribePacket, "type" | "packetId">> = {},
  ): number {
    const { timeoutMs = Infinity, isCancellable = true, ...properties } = request;
    const subscriptions = (typeof filters === "string" ? [filters] : filters).map((filter) => ({
      topicFilter: "f",
      qos: 0 as const,
      noLocal: false,
      retainAsPublished: false,
      retainHandling: 0 as const,
      ...(typeof filter === "string" ? { topicFilter: filter } : filter),
    }));
    const packet: OutboundSubscribePacket = { type: "subscribe", packetId: 0, subscriptions, ...properties };
    const id = this.engine.subscribe(this.now, packet, { timeoutMs, isCancellable });
    this.pump();
    return id;
  }

  unsubscribe(...topicFilters: readonly string[]): number {
    const id = this.engine.unsubscribe(
      this.now,
      { type: "unsubscribe", packetId: 0, topicFilters },
      { timeoutMs: Infinity, isCancellable: true },
    );
    this.pump();
    return id;
  }

  reauthenticate(timeoutMs = Infinity): number {
    const id = this.engine.reauthenticate(this.now, timeoutMs);
    this.pump();
    return id;
  }

  /** Every step of an authentication that the application was asked for. */
  get questions(): Question[] {
    return this.events.filter((event) => event.type === "authenticationRequested");
  }

  /** Answers a step late; by default the newest. */
  answerAuthentication(answer: AuthenticationAnswer, question = this.questions.at(-1)): this {
    if (question === undefined) {
      throw new Error("the application was not asked to authenticate");
    }
    this.engine.handleAuthentication(this.now, question.attempt, question.number, answer);
    return this.pump();
  }

  cancel(id: number): this {
    this.engine.cancel(id);
    return this.pump();
  }

  acknowledge(deliveryId: number, reasonCode = 0): boolean {
    const isValid = this.engine.acknowledge(deliveryId, reasonCode);
    this.pump();
    return isValid;
  }

  /** Bytes from the server on the newest connection. */
  receive(...parts: readonly BytesLike[]): this {
    const chunk = joinBytes(parts);
    this.engine.handleBytes(this.now, this.#attempt, chunk);
    chunk.fill(0xee);
    return this.pump();
  }

  /** The same, byte by byte. */
  receiveSlowly(...parts: readonly BytesLike[]): this {
    for (const byte of joinBytes(parts)) {
      this.receive(Uint8Array.of(byte));
    }
    return this;
  }

  /** The network breaks the connection, with a reset unless the test says otherwise. */
  cut(error: MqttError = connectionReset): this {
    return this.closeTransport(this.#attempt, error);
  }

  /** The server closes the connection in order, without DISCONNECT. */
  closeByServer(): this {
    return this.closeTransport(this.#attempt);
  }

  closeTransport(attempt: number, error?: MqttError): this {
    const farEnd = this.#farEnd(attempt);
    farEnd.state = "closed";
    this.engine.handleTransportClosed(this.now, attempt, error);
    return this.pump();
  }

  openTransport(): this {
    this.#farEnd(this.#attempt).state = "open";
    this.engine.handleTransportOpened(this.now, this.#attempt);
    return this.pump();
  }

  /** From now on each write leaves the transport above its high-water mark. */
  stopReading(): this {
    this.#farEnd(this.#attempt).isReading = false;
    return this;
  }

  resumeReading(): this {
    const farEnd = this.#farEnd(this.#attempt);
    farEnd.isReading = true;
    if (farEnd.isBlocked) {
      farEnd.isBlocked = false;
      this.engine.handleWritten(this.now, this.#attempt, true);
    }
    return this.pump();
  }

  /** Lets time pass, with the engine woken whenever it asks for it. */
  advance(durationMs: number): this {
    const end = this.now + durationMs;
    for (let steps = 0; ; steps += 1) {
      const next = this.engine.pollTimeout();
      if (next === undefined || next > end) {
        break;
      }
      if (next > this.now) {
        this.now = next;
        steps = 0;
      } else if (steps > mostStepsAtOnce) {
        throw new Error(`the engine asks for ${String(next)} again and again at ${String(this.now)}`);
      }
      this.engine.handleTimeout(this.now);
      this.pump();
    }
    this.now = Math.max(this.now, end);
    return this;
  }

  /** Lets time pass without the engine being woken until the end. */
  leap(durationMs: number): this {
    this.now += durationMs;
    return this;
  }

  /** Wakes the engine, as a timer does. */
  wake(): this {
    this.engine.handleTimeout(this.now);
    return this.pump();
  }

  checkConnection(): this {
    this.engine.checkConnection(this.now);
    return this.pump();
  }

  /** The driver's loop after an input. */
  pump(): this {
    // What pollTransmit brings about shows only in the round after it, so one idle round is not the end.
    for (let idleRounds = 0; idleRounds < 2;) {
      let isBusy = false;
      for (let event = this.engine.pollEvent(); event !== undefined; event = this.engine.pollEvent()) {
        isBusy = true;
        this.events.push(event);
        this.#handleEvent(event);
      }
      for (let batch = this.engine.pollStore(); batch !== undefined; batch = this.engine.pollStore()) {
        isBusy = true;
        this.batches.push(batch);
        if (this.stores) {
          this.engine.handleStored(this.now, batch.number);
        }
      }
      if (this.flushes && !isBusy) {
        isBusy = this.#transmit();
      }
      idleRounds = isBusy ? 0 : idleRounds + 1;
    }
    return this;
  }

  /** The end of a turn, for tests that switched `flushes` off. */
  flush(): this {
    this.flushes = true;
    this.pump();
    this.flushes = false;
    return this;
  }

  /** What was written since the last look, in words. */
  sent(): string[] {
    return this.sentPackets().map(({ text }) => text);
  }

  sentPackets(): ClientWirePacket[] {
    const packets = this.wire.slice(this.#seen.wire);
    this.#seen.wire = this.wire.length;
    return packets;
  }

  /** What was told of the connection since the last look, in words. */
  told(): string[] {
    const events = this.events.slice(this.#seen.events);
    this.#seen.events = this.events.length;
    return events.flatMap((event) => (isLifecycle(event) ? [describeLifecycle(event)] : []));
  }

  /** The newest event of a connection's end or failure. */
  get lastError(): MqttError | undefined {
    return this.events
      .flatMap((event) => (event.type === "connectionFailure" || event.type === "disconnection" ? [event.error] : []))
      .at(-1);
  }

  get messages(): Message[] {
    return this.events.filter((event) => event.type === "messageReceived");
  }

  /** The topics of what was delivered. */
  get topics(): string[] {
    return this.messages.map(({ packet }) => packet.topic);
  }

  /** The delivery id of the newest message. */
  get lastDelivery(): number {
    return this.messages.at(-1)?.deliveryId ?? 0;
  }

  settlement(id: number): Settled | undefined {
    return this.#settled.get(id);
  }

  errorOf(id: number): MqttError {
    const settled = this.#settled.get(id);
    if (settled === undefined || !("error" in settled)) {
      throw new Error(`operation ${String(id)} did not fail: ${this.outcome(id)}`);
    }
    return settled.error;
  }

  /** How an operation stands: `pending`, `done`, or the code of its error and what became of the message. */
  outcome(id: number): string {
    const settled = this.#settled.get(id);
    if (settled === undefined) {
      return "pending";
    }
    if (!("error" in settled)) {
      return "done";
    }
    const { code, outcome } = settled.error;
    return outcome === undefined ? code : `${code} ${outcome}`;
  }

  outcomes(ids: readonly number[]): string[] {
    return ids.map((id) => this.outcome(id));
  }

  #handleEvent(event: EngineEvent): void {
    switch (event.type) {
      case "connectRequested":
        this.#attempt = event.attempt;
        this.#farEnds.set(event.attempt, {
          reader: new WireReader(),
          state: "requested",
          isReading: true,
          isBlocked: false,
          hasDisconnect: false,
        });
        if (this.answersConnect) {
          this.engine.handleConnectReady(event.attempt, this.connect, this.server);
        }
        return;
      case "openRequested":
        this.#farEnd(event.attempt).state = "opening";
        if (this.opens) {
          this.#farEnd(event.attempt).state = "open";
          this.engine.handleTransportOpened(this.now, event.attempt);
        }
        return;
      case "closeRequested": {
        const farEnd = this.#farEnd(event.attempt);
        const wasClosed = farEnd.state === "closed";
        farEnd.state = event.isImmediate ? "closed" : "closing";
        if (this.closes && !wasClosed) {
          farEnd.state = "closed";
          this.engine.handleTransportClosed(this.now, event.attempt);
        }
        return;
      }
      case "publishCompleted":
      case "subscribeCompleted":
      case "unsubscribeCompleted":
      case "reauthenticationCompleted":
      case "operationFailed":
      case "operationKept":
        demand(!this.#settled.has(event.id), `operation ${String(event.id)} settled twice`);
        this.#settled.set(event.id, event);
        return;
      case "authenticationRequested": {
        const answer = this.authenticate(event.step);
        if (answer !== undefined) {
          this.engine.handleAuthentication(this.now, event.attempt, event.number, answer);
        }
        return;
      }
      case "attemptingConnect":
        demand(!this.#isAttemptOpen && !this.#isConnected, "an attempt while another stands");
        this.#isAttemptOpen = true;
        return;
      case "connectionSuccess":
        demand(this.#isAttemptOpen, "a success without an attempt");
        this.#isAttemptOpen = false;
        this.#isConnected = true;
        return;
      case "connectionFailure":
        demand(this.#isAttemptOpen, "a failure without an attempt");
        this.#isAttemptOpen = false;
        return;
      case "disconnection":
        demand(this.#isConnected, "a disconnection without a success");
        this.#isConnected = false;
        return;
      case "stopped":
        demand(!this.#isAttemptOpen && !this.#isConnected, "stopped before the end was told");
        return;
      case "messageReceived":
        demand(this.#isConnected, "a message without a connection");
        return;
      case "reconnectPlanned":
      case "resubscribeFailed":
      case "subscriptionsRenewed":
      case "warning":
    }
  }

  #transmit(): boolean {
    let hasWritten = false;
    for (let chunks = this.engine.pollTransmit(this.now); chunks !== undefined;) {
      hasWritten = true;
      const farEnd = this.#farEnd(this.#attempt);
      demand(farEnd.state === "open", `bytes for a transport that is ${farEnd.state}`);
      demand(!farEnd.isBlocked, "bytes for a transport above its high-water mark");
      this.writeCount += 1;
      const packets = farEnd.reader.read(joinBytes(chunks));
      demand(farEnd.reader.rest === 0, "a write that ends inside a packet");
      for (const packet of packets) {
        demand(!farEnd.hasDisconnect, `${packet.text} after DISCONNECT`);
        farEnd.hasDisconnect = packet.packet.cmd === "disconnect";
        this.wire.push({ attempt: this.#attempt, at: this.now, ...packet });
      }
      farEnd.isBlocked = !farEnd.isReading;
      this.engine.handleWritten(this.now, this.#attempt, farEnd.isReading);
      chunks = this.engine.hasEvents ? undefined : this.engine.pollTransmit(this.now);
    }
    return hasWritten;
  }

  #farEnd(attempt: number): FarEnd {
    const farEnd = this.#farEnds.get(attempt);
    if (farEnd === undefined) {
      throw new Error(`there was no attempt ${String(attempt)}`);
    }
    return farEnd;
  }
}

/** A bench whose client comes back to its session. */
export function rejoiningBench(options: BenchOptions = {}): EngineBench {
  return new EngineBench({ sessionBehavior: "rejoinPostSuccess", ...options });
}

/** The bytes of a text. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

function demand(condition: boolean, message: string): void {
  if (!condition) {
    throw new Error(message);
  }
}

function isLifecycle(event: EngineEvent): event is Lifecycle {
  return (
    event.type === "attemptingConnect" ||
    event.type === "connectionSuccess" ||
    event.type === "connectionFailure" ||
    event.type === "disconnection" ||
    event.type === "stopped"
  );
}

function describeLifecycle(event: Lifecycle): string {
  switch (event.type) {
    case "attemptingConnect":
    case "connectionSuccess":
      return event.type;
    case "connectionFailure":
    case "disconnection":
      return `${event.type} ${event.error.code}`;
    case "stopped":
      return event.error === undefined ? "stopped" : `stopped ${event.error.code}`;
  }
}
