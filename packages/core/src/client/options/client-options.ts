import { largestTopicAlias } from "../../codec/limits.js";
import type { MqttError } from "../../errors.js";
import type { EngineSettings } from "../../protocol/engine.js";
import type { SessionBehavior } from "../../protocol/connection/connect-packet.js";
import type { OfflineQueueBehavior, SessionLostPublishBehavior } from "../../protocol/session/outcomes.js";
import type { QueueFullPolicy, QueueLimits } from "../../protocol/session/send-queue.js";
import type { ResubscribeBehavior } from "../../protocol/session/resubscription.js";
import type { ReconnectDecision, RetryJitterMode } from "../../protocol/lifecycle/reconnect-schedule.js";
import type { OutboundTopicAliasing, TopicAliasingSettings } from "../../protocol/connection/topic-aliases.js";
import {
  type Check,
  checkCount,
  checkDuration,
  checkFunction,
  checkInteger,
  checkObject,
  checkOneOf,
  type ChecksOf,
  checkString,
  refuse,
} from "./checks.js";
import { type Authentication, checkAuthentication } from "../connecting/authentication.js";
import { withDefaults } from "./option-copies.js";
import { checkFlowControl, type FlowControl, toThrottleSettings } from "./service-limits.js";
import type { ConnectOptions } from "./connect-options.js";
import type { Platform } from "../platform.js";
import { receivingChecks, type ReceivingOptions } from "./receiving-options.js";

/** The limits of the queue of operations that were not written yet. */
export interface QueueOptions {
  /** Default 100 000. */
  readonly maxOperations?: number;
  /** Of all of them together, as encoded; default 67 108 864 (64 MiB). */
  readonly maxBytes?: number;
  /** Default `reject`: the new operation is rejected. Else the oldest publish, or QoS 0 publish, makes room. */
  readonly whenFull?: QueueFullPolicy;
}

/** How numbers may stand for topics (section 3.3.2.3.4). */
export interface TopicAliasingOptions {
  /** `manual`: as `topicAlias` of each publish says; `lru`: by itself, for the topics used last. Default `disabled`. */
  readonly outbound?: OutboundTopicAliasing;
  /** How many topics `lru` keeps, no more than the server takes; 0 to 65 535, default and 0: 25. */
  readonly outboundCacheMaxSize?: number;
  /** Whether the server may use aliases; default `disabled`. */
  readonly inbound?: "disabled" | "enabled";
  /** The highest alias that the server may use; 0 to 65 535, default and 0: 25. */
  readonly inboundCacheMaxSize?: number;
}

/** Gives what CONNECT says for an attempt; `attempt` counts from 1. */
export type ConnectOptionsProvider = (attempt: number) => ConnectOptions | Promise<ConnectOptions>;

/**
 * Decides on the next attempt after a failure, or after the end of a connection; `attempt` is the one that ended.
 *
 * - `"retry"`: after the back-off, even where haste cannot help
 * - `"stop"`: never; the client stops, with the error in `stopped`
 * - `{ delayMs }`: after this wait
 * - `undefined`: as the client would by itself
 */
export type ReconnectPolicy = (error: MqttError, attempt: number) => ReconnectDecision | undefined;

/**
 * Decides whether the server's reference to another one is followed (section 4.11): gives the URL of that server, in the
 * form of the option `url`, or `undefined` to ignore it. `reference` is what the server wrote: by the specification a
 * list of names, parted by spaces, each with or without a port. It is untrusted: follow it only to hosts that are known.
 */
export type FollowServerReference = (reference: string) => string | undefined;

/** The options that every platform has. An option that is not among them is an `InvalidArgumentError`. */
export interface ClientOptions extends ReceivingOptions {
  /**
   * Scheme, host, port and, for WebSockets, path of the server. Default port: 1883, 8883, 80 or 443, by the scheme;
   * default path: `/mqtt`. User info, percent-encoded, becomes user name and password.
   */
  readonly url: string;
  /**
   * What CONNECT says: for every attempt the same, or asked for anew before each, so that credentials can be fresh. What
   * a function throws or rejects with fails the attempt, in the phase `prepare`; it is bounded by `connectTimeoutMs`.
   */
  readonly connectOptions?: ConnectOptions | ConnectOptionsProvider;
  /** Enhanced authentication, such as SCRAM; default: none (section 4.12). One object serves one client. */
  readonly authentication?: Authentication;
  /** When the client asks for the session that it left; default `clean`. */
  readonly sessionBehavior?: SessionBehavior;
  /** Which operations fail for want of a connection; default `failQos0PublishOnDisconnect`. */
  readonly offlineQueueBehavior?: OfflineQueueBehavior;
  /** What becomes of written publishes whose session the server lost; default `resendQos1`. */
  readonly sessionLostPublishBehavior?: SessionLostPublishBehavior;
  /**
   * How often a publish with QoS 1 or 2 is sent again after the server ended the connection for what may have been that
   * publish, before it fails with `REDELIVERY_LIMIT`; at least 1, default 10. Lost connections do not count.
   */
  readonly maxRedeliveries?: number;
  /** When granted subscriptions are made again, before anything that waits; default `onSessionLost`. */
  readonly resubscribe?: ResubscribeBehavior;
  /** Bounds what waits to be written: by default 100 000 operations, 64 MiB; beyond that, new ones are rejected. */
  readonly queue?: QueueOptions;
  /** Numbers in place of topics, in either direction; default: none. */
  readonly topicAliasing?: TopicAliasingOptions;
  /** Limits of the server beyond those of the protocol; default `none`. */
  readonly flowControl?: FlowControl;
  /**
   * Asked when the server ends or refuses a connection with a reference to another server: after 0x9C (use another
   * server) its URL is used for the next attempt, after 0x9D (server moved) for all until `stop`. User info in that URL
   * stands in for user name and password there. A function that throws, or gives what is no URL, is logged and counts as
   * one that gives `undefined`. Left out, no reference is followed.
   */
  readonly followServerReference?: FollowServerReference;
  /** Left out, the client goes on for ever. */
  readonly reconnectPolicy?: ReconnectPolicy;
  /** How the reconnect delay is spread; default `full`. */
  readonly retryJitterMode?: RetryJitterMode;
  /** At least 1; default 1 000. */
  readonly minReconnectDelayMs?: number;
  /** At least `minReconnectDelayMs`; default 120 000. */
  readonly maxReconnectDelayMs?: number;
  /** A connection that lasted this long starts the back-off anew; default 30 000. */
  readonly minConnectedTimeToResetReconnectDelayMs?: number;
  /** Over a whole attempt, from its options to CONNACK; default 30 000. */
  readonly connectTimeoutMs?: number;
  /** From CONNECT, or the last AUTH that the server sent, to CONNACK; default 20 000. */
  readonly connackTimeoutMs?: number;
  /** How long a PINGRESP may take, at most half the keep-alive interval; default 30 000. */
  readonly pingTimeoutMs?: number;
  /** From each write of an operation to its acknowledgement, and for each step of `reauthenticate`; default 60 000. */
  readonly ackTimeoutMs?: number;
}

const defaultAliasCacheSize = 25;
const defaultQueue: QueueLimits = { maxOperations: 100_000, maxBytes: 67_108_864, whenFull: "reject" };

/** The settings that are options of the same name. */
type OwnSettings = Omit<
  EngineSettings,
  "queue" | "topicAliasing" | "throttle" | "refreshesCredentials" | "isThrottled" | "journal"
>;

const defaults: OwnSettings = {
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

const clientChecks: ChecksOf<ClientOptions> = {
  url: checkString,
  connectOptions: () => undefined, // by itself, as what a function gives
  authentication: checkAuthentication,
  sessionBehavior: /* @__PURE__ */ checkOneOf("clean", "rejoinPostSuccess", "rejoinAlways"),
  offlineQueueBehavior: /* @__PURE__ */ checkOneOf(
    "failNonQos1PublishOnDisconnect",
    "failQos0PublishOnDisconnect",
    "failAllOnDisconnect",
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
  reconnectPolicy: checkFunction,
  retryJitterMode: /* @__PURE__ */ checkOneOf("none", "full", "decorrelated"),
  minReconnectDelayMs: checkTime,
  maxReconnectDelayMs: checkTime,
  minConnectedTimeToResetReconnectDelayMs: /* @__PURE__ */ checkDuration(),
  connectTimeoutMs: checkTime,
  connackTimeoutMs: checkTime,
  pingTimeoutMs: checkTime,
  ackTimeoutMs: checkTime,
  ...receivingChecks,
};

/** Checks the options of a client, with those that only its platform has. */
export function checkClientOptions(options: ClientOptions, platformChecks: Readonly<Record<string, Check>>): void {
  checkObject({ ...clientChecks, ...platformChecks }, "url")(options, "");
}

/** The engine's settings for checked options; throws an `InvalidArgumentError` where the delays do not fit together. */
export function toEngineSettings(options: ClientOptions, platform: Partial<Platform> = {}): EngineSettings {
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
    refreshesCredentials: typeof options.connectOptions === "function" || platform.refreshesCredentials === true,
    isThrottled: () => platform.clock?.isThrottled === true,
  };
}

function toAliasingSettings(options: TopicAliasingOptions): TopicAliasingSettings {
  // The reference takes 0 for "not said".
  const sizeOf = (size = 0): number => (size === 0 ? defaultAliasCacheSize : size);
  return {
    outbound: options.outbound ?? "disabled",
    outboundCacheMaxSize: sizeOf(options.outboundCacheMaxSize),
    inboundMaximum: options.inbound === "enabled" ? sizeOf(options.inboundCacheMaxSize) : 0,
  };
}
