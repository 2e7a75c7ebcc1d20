import { largestTopicAlias } from "../../codec/limits.js";
import type { MqttError } from "../../errors.js";
import type { Transport, TransportHandlers } from "../../ports/transport.js";
import type { EngineSettings } from "../../protocol/engine.js";
import type { SessionBehavior } from "../../protocol/connection/connect-packet.js";
import type { OfflineQueueBehavior, SessionLostPublishBehavior } from "../../protocol/session/outcomes.js";
import type { QueueFullPolicy, QueueLimits } from "../../protocol/session/send-queue.js";
import type { ResubscribeBehavior } from "../../protocol/session/subscriptions/resubscription.js";
import type { ReconnectDecision, RetryJitterMode } from "../../protocol/lifecycle/reconnect-schedule.js";
import type { OutboundTopicAliasing, TopicAliasingSettings } from "../../protocol/connection/topic-aliases.js";
import {
  type Check,
  checkBoolean,
  checkCount,
  checkDuration,
  checkFunction,
  checkInteger,
  checkObject,
  checkOneOf,
  type Checks,
  type ChecksOf,
  refuse,
  refuseUnseen,
} from "./checks.js";
import { type Authentication, checkAuthentication } from "../connecting/authentication.js";
import { withDefaults } from "./option-copies.js";
import { checkFlowControl, type FlowControl, toFlowControlLimits, toThrottleSettings } from "./service-limits.js";
import { checkConnectOptions, type ConnectOptions } from "./connect-options.js";
import type { ServerUrl } from "../../ports/server-url.js";
import type { Logger } from "../../ports/logger.js";
import { checkLogger } from "./logger-option.js";
import type { Platform } from "../platform.js";
import { receivingChecks, type ReceivingOptions } from "./receiving-options.js";

/** The limits of the queue. It holds the operations that were not written yet. */
export interface QueueOptions {
  /** The largest number of operations in the queue. At least 1; default: 100 000. */
  readonly maxOperations?: number;
  /**
   * The largest memory of all operations in the queue together, in bytes. An operation counts with the size of its
   * packet, 1 024 bytes for what it costs beside it, 96 for each user property and 1 024 for each topic filter of a
   * request. At least 1; default: 67 108 864 (64 MiB).
   */
  readonly maxBytes?: number;
  /** The policy for an operation that comes while the queue is full. Default: `reject`. */
  readonly whenFull?: QueueFullPolicy;
}

/**
 * The use of topic aliases: numbers that replace topics on the wire.
 *
 * See [section 3.3.2.3.4](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901113).
 */
export interface TopicAliasingOptions {
  /** The use of aliases in messages to the server. Default: `disabled`. */
  readonly outbound?: OutboundTopicAliasing;
  /** The number of topics that `lru` remembers. The server may allow fewer. 0 to 65 535; default: 25; 0 means 25. */
  readonly outboundCacheMaxSize?: number;
  /** The use of aliases in messages from the server: allowed or not. Default: `disabled`. */
  readonly inbound?: "disabled" | "enabled";
  /** The highest alias that the server may use. 0 to 65 535; default: 25; 0 means 25. */
  readonly inboundCacheMaxSize?: number;
}

/**
 * Supplies the fields of CONNECT for an attempt. `attempt` counts from 1.
 *
 * If it throws or rejects, the attempt fails in the phase `prepare`.
 */
export type ConnectOptionsProvider = (attempt: number) => ConnectOptions | Promise<ConnectOptions>;

/**
 * Supplies the URL of the server for an attempt. `attempt` counts from 1.
 *
 * If it throws or rejects, or returns no valid URL, the attempt fails in the phase `prepare`.
 */
export type ServerUrlProvider = (attempt: number) => string | Promise<string>;

/**
 * Decides on the next attempt, after a failed attempt or the end of a connection. `attempt` is the number of the
 * attempt that ended.
 *
 * - `"retry"`: after the usual delay, also when the client would wait longer
 * - `"stop"`: no next attempt; the client stops, and `stopped` has the error
 * - `{ delayMs }`: after this delay, in milliseconds
 * - `undefined`: the client decides
 *
 * If it throws or returns something else, the client logs that and decides itself.
 */
export type ReconnectPolicy = (error: MqttError, attempt: number) => ReconnectDecision | undefined;

/**
 * Decides whether to follow a server's reference to another server. Returns the URL of that server, in the form of the
 * option `url`, or `undefined` to ignore the reference.
 *
 * `reference` is the server's text: a list of names, with or without ports, separated by spaces. Do not trust it:
 * follow it to known hosts only.
 * See [section 4.11](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901255).
 */
export type FollowServerReference = (reference: string) => string | undefined;

/**
 * Opens a transport to a server, for one attempt. Every `TransportFactory` is one. If it throws, the attempt fails in
 * the phase `prepare`. `server` has the parts of the URL.
 */
export type ServerTransportFactory = (handlers: TransportHandlers, server: ServerUrl) => Transport;

/** The options of a client on every platform. An unknown option is an `InvalidArgumentError`. */
export interface ClientOptions extends ReceivingOptions {
  /**
   * The URL of the server: scheme, host, port, and a path for WebSockets. Or a list of at least one, or a function that
   * supplies the URL before each attempt.
   *
   * Default port: 1883, 8883, 80 or 443, by the scheme (`mqtt:`, `mqtts:`, `ws:`, `wss:`). Default path: `/mqtt`. The
   * client uses user info in the URL, percent-encoded, as user name and password.
   *
   * Each attempt goes to the next server of a list, and begins again with the first after the last. When a connection
   * ends, its own server comes first. The reconnect delay grows once a round. A server whose refusal another attempt will
   * not change soon is passed over for `maxReconnectDelayMs`, while the others are tried. `connectTimeoutMs` limits the
   * time of a function.
   *
   * A session belongs to one server: at another one the client starts a new session, unless `serversShareSessions` is
   * true. Either all servers have TLS or none has, unless `allowInsecure` is true; the same holds for the URLs of a
   * function once one had TLS.
   */
  readonly url: string | readonly string[] | ServerUrlProvider;
  /**
   * True: the servers of `url`, and those that they refer to, share their sessions, as the nodes of a cluster can. The
   * client then resumes its session at another server, too. Default: false, the client asks for a new session at a
   * server with another host or port than that of the last connection.
   */
  readonly serversShareSessions?: boolean;
  /**
   * The fields of CONNECT, or a function that supplies them before each attempt, for instance with a fresh token.
   * Default: `{}`.
   *
   * If the function throws or rejects, the attempt fails in the phase `prepare`. `connectTimeoutMs` limits its time.
   */
  readonly connectOptions?: ConnectOptions | ConnectOptionsProvider;
  /**
   * The enhanced authentication of the client, for instance SCRAM. One object serves one client. Default: none.
   *
   * See [section 4.12](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901256).
   */
  readonly authentication?: Authentication;
  /** The time from which the client resumes its session. Default: `clean`. */
  readonly sessionBehavior?: SessionBehavior;
  /** The operations that fail without a connection. Default: `failQos0PublishOnDisconnect`. */
  readonly offlineQueueBehavior?: OfflineQueueBehavior;
  /** The publishes that are sent again after the server lost their session. Default: `resendQos1`. */
  readonly sessionLostPublishBehavior?: SessionLostPublishBehavior;
  /**
   * The number of connections that the server may end because of a QoS 1 or 2 publish. After one more, the publish fails
   * with the code `REDELIVERY_LIMIT`. A DISCONNECT counts if a publish can cause its reason code. A close without
   * DISCONNECT counts if it is not the first or second one, and the publish was alone in flight. Broken connections do
   * not count. At least 1; default: 10.
   */
  readonly maxRedeliveries?: number;
  /**
   * The connections on which the client renews its subscriptions, before the operations in the queue. Default:
   * `onSessionLost`.
   */
  readonly resubscribe?: ResubscribeBehavior;
  /** The limits of the queue. Default: 100 000 operations and 64 MiB; further operations are rejected. */
  readonly queue?: QueueOptions;
  /** The use of topic aliases in both directions. Default: none. */
  readonly topicAliasing?: TopicAliasingOptions;
  /** Limits of the server that the protocol cannot announce. Default: `none`. */
  readonly flowControl?: FlowControl;
  /**
   * Decides whether to follow a server that ends or refuses a connection with a reference to another server. Default:
   * the client follows no reference.
   *
   * After 0x9C (use another server) the next attempt uses its URL. After 0x9D (server moved) its URL replaces that of the
   * server until `stop`; a function in `url` is asked again after the next attempt. That server gets the user name and password in that URL, percent-encoded, and never those of
   * `connectOptions`. If the function throws, or returns no valid URL, or one without TLS while the server that referred
   * has TLS, the client logs that and ignores the reference.
   */
  readonly followServerReference?: FollowServerReference;
  /**
   * Opens the transport of each attempt in place of the platform's own: for tests, or for a network that the client does
   * not support. Default: the transports of the platform.
   *
   * With it the URL may have every scheme, and the options of the platform's transports, such as `webSocket`, have to be
   * left out.
   */
  readonly transport?: ServerTransportFactory;
  /**
   * True allows a URL without TLS in place of one with TLS: in the list or from the function of `url`, from
   * `followServerReference`, or from `websocketHandshakeTransform`. The client then sends credentials in clear. Default:
   * false.
   */
  readonly allowInsecure?: boolean;
  /** Decides whether and when the next attempt follows. Default: the client reconnects until `stop`. */
  readonly reconnectPolicy?: ReconnectPolicy;
  /** The random spread of the reconnect delay. Default: `full`. */
  readonly retryJitterMode?: RetryJitterMode;
  /**
   * The first reconnect delay before jitter, in milliseconds. It doubles with each further one. At least 1;
   * default: 1 000.
   */
  readonly minReconnectDelayMs?: number;
  /** The longest reconnect delay, in milliseconds. At least `minReconnectDelayMs`; default: 120 000. */
  readonly maxReconnectDelayMs?: number;
  /**
   * The duration of a connection, in milliseconds, after which the reconnect delay starts again at
   * `minReconnectDelayMs`. At least 0; default: 30 000.
   */
  readonly minConnectedTimeToResetReconnectDelayMs?: number;
  /**
   * The time limit of a whole attempt, from `connectOptions` to CONNACK, in milliseconds. At least 1; default: 30 000.
   */
  readonly connectTimeoutMs?: number;
  /**
   * The time limit from CONNECT, or the server's last AUTH, to CONNACK, in milliseconds. At least 1; default: 20 000.
   */
  readonly connackTimeoutMs?: number;
  /**
   * The time limit from PINGREQ to PINGRESP, in milliseconds. Bytes that move in an unfinished transfer extend it. At
   * least 1; default: 30 000, or half the keep-alive interval if that is shorter. A value that you give may be longer
   * than half the interval.
   */
  readonly pingTimeoutMs?: number;
  /**
   * The time limit from each write of an operation to its acknowledgement, in milliseconds. It also limits each step of
   * `reauthenticate`. At least 1; default: 60 000.
   */
  readonly ackTimeoutMs?: number;
  /**
   * The log for problems that nobody listens for: failed attempts, warnings, errors in listeners and invalid calls.
   * Default: a warning of the process in Node, `console.warn` in a browser.
   */
  readonly logger?: Logger;
}

const defaultAliasCacheSize = 25;
const defaultQueue: QueueLimits = { maxOperations: 100_000, maxBytes: 67_108_864, whenFull: "reject" };

/** The settings that are options of the same name. */
type OwnSettings = Omit<
  EngineSettings,
  | "queue"
  | "topicAliasing"
  | "throttle"
  | "refreshesCredentials"
  | "serverCount"
  | "maxSubscriptionsPerSubscribe"
  | "isPingTimeoutGiven"
  | "isThrottled"
  | "journal"
>;

const defaults: OwnSettings = {
  serversShareSessions: false,
  sessionBehavior: "clean",
  offlineQueueBehavior: "failQos0PublishOnDisconnect",
  sessionLostPublishBehavior: "resendQos1",
  maxRedeliveries: 10,
  resubscribe: "onSessionLost",
  retryJitterMode: "full",
  minReconnectDelayMs: 1_000,
  maxReconnectDelayMs: 120_000,
  minConnectedTimeToResetReconnectDelayMs: 30_000,
  connectTimeoutMs: 30_000,
  connackTimeoutMs: 20_000,
  pingTimeoutMs: 30_000,
  ackTimeoutMs: 60_000,
};

const checkTime = /* @__PURE__ */ checkDuration(1);
const checkAliasCount = /* @__PURE__ */ checkInteger(0, largestTopicAlias);

/** Checks options that are no function. The result of a function is checked before each attempt. */
function checkOwnConnectOptions(value: unknown, field: string, outer?: Checks): void {
  if (typeof value !== "function") {
    checkConnectOptions(value, field, outer);
  }
}

/** Accepts a URL, a list of at least one, or a function. The error does not quote a URL: it may contain a password. */
const checkUrl: Check = (value, field) => {
  const urls: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isText = urls.length > 0 && urls.every((each) => typeof each === "string");
  if (!isText && typeof value !== "function") {
    refuseUnseen(field, "a string, a list of at least one string, or a function");
  }
};

const clientChecks: ChecksOf<ClientOptions> = {
  url: checkUrl,
  serversShareSessions: checkBoolean,
  connectOptions: /* @__PURE__ */ Object.assign(checkOwnConnectOptions, { fields: checkConnectOptions.fields }),
  authentication: checkAuthentication,
  sessionBehavior: /* @__PURE__ */ checkOneOf("clean", "rejoinPostSuccess", "rejoinAlways"),
  offlineQueueBehavior: /* @__PURE__ */ checkOneOf(
    "failNonQos1PublishOnDisconnect",
    "failQos0PublishOnDisconnect",
    "failAllOnDisconnect",
    "keepAllOnDisconnect",
  ),
  sessionLostPublishBehavior: /* @__PURE__ */ checkOneOf("resendQos1", "resendAll", "fail"),
  maxRedeliveries: checkCount,
  resubscribe: /* @__PURE__ */ checkOneOf("onSessionLost", "always", "never"),
  queue: /* @__PURE__ */ checkObject({
    maxOperations: checkCount,
    maxBytes: checkCount,
    whenFull: /* @__PURE__ */ checkOneOf("reject", "dropOldest", "dropOldestQos0"),
  } satisfies ChecksOf<QueueOptions>),
  topicAliasing: /* @__PURE__ */ checkObject({
    outbound: /* @__PURE__ */ checkOneOf("disabled", "manual", "lru"),
    outboundCacheMaxSize: checkAliasCount,
    inbound: /* @__PURE__ */ checkOneOf("disabled", "enabled"),
    inboundCacheMaxSize: checkAliasCount,
  } satisfies ChecksOf<TopicAliasingOptions>),
  flowControl: checkFlowControl,
  followServerReference: checkFunction,
  transport: checkFunction,
  allowInsecure: checkBoolean,
  reconnectPolicy: checkFunction,
  retryJitterMode: /* @__PURE__ */ checkOneOf("none", "full", "decorrelated"),
  minReconnectDelayMs: checkTime,
  maxReconnectDelayMs: checkTime,
  minConnectedTimeToResetReconnectDelayMs: /* @__PURE__ */ checkDuration(),
  connectTimeoutMs: checkTime,
  connackTimeoutMs: checkTime,
  pingTimeoutMs: checkTime,
  ackTimeoutMs: checkTime,
  logger: checkLogger,
  ...receivingChecks,
};

/**
 * Checks the options of a client, with those of its platform.
 *
 * @throws {InvalidArgumentError} an option is unknown, missing or invalid
 */
export function checkClientOptions(options: ClientOptions, platformChecks: Readonly<Record<string, Check>>): void {
  checkObject({ ...clientChecks, ...platformChecks }, "url")(options, "");
  for (const name of options.transport ? Object.keys(platformChecks) : []) {
    if (Reflect.get(options, name) !== undefined) {
      refuseUnseen(name, "left out where there is a transport");
    }
  }
}

/**
 * Makes the engine's settings from checked options.
 *
 * @throws {InvalidArgumentError} `minReconnectDelayMs` is larger than `maxReconnectDelayMs`
 */
export function toEngineSettings(options: ClientOptions, platform: Partial<Platform> = {}): EngineSettings {
  const { url } = options;
  const settings = withDefaults<OwnSettings>(options, defaults);
  const { minReconnectDelayMs, maxReconnectDelayMs } = settings;
  if (minReconnectDelayMs > maxReconnectDelayMs) {
    const limit = `at most maxReconnectDelayMs (${maxReconnectDelayMs})`;
    refuse("minReconnectDelayMs", minReconnectDelayMs, limit);
  }
  return {
    ...settings,
    queue: withDefaults(options.queue ?? {}, defaultQueue),
    topicAliasing: toAliasingSettings(options.topicAliasing ?? {}),
    throttle: toThrottleSettings(options.flowControl),
    maxSubscriptionsPerSubscribe: toFlowControlLimits(options.flowControl).maxSubscriptionsPerSubscribe ?? Infinity,
    refreshesCredentials:
      typeof options.connectOptions === "function" ||
      typeof url === "function" ||
      platform.refreshesCredentials === true,
    serverCount: Array.isArray(url) ? url.length : 1,
    isPingTimeoutGiven: options.pingTimeoutMs !== undefined,
    payloadMemory: platform.payloadMemory,
    isThrottled: () => platform.clock?.isThrottled === true,
  };
}

function toAliasingSettings(options: TopicAliasingOptions): TopicAliasingSettings {
  // As in awscrt, 0 means the default.
  const sizeOf = (size = 0): number => (size === 0 ? defaultAliasCacheSize : size);
  return {
    outbound: options.outbound ?? "disabled",
    outboundCacheMaxSize: sizeOf(options.outboundCacheMaxSize),
    inboundMaximum: options.inbound === "enabled" ? sizeOf(options.inboundCacheMaxSize) : 0,
  };
}
