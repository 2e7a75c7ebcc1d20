/** The defaults of all options. */

import { expect, test } from "@jest/globals";
import { toEngineSettings } from "./client-options.js";
import { toConnectRequest } from "./connect-options.js";
import { toFlowControlLimits } from "./service-limits.js";
import { toOutboundMessage } from "./publish-options.js";
import { toStopRequest } from "./stop-options.js";
import { toSubscribePacket } from "./subscribe-options.js";

test("the options of a client have their defaults", () => {
  expect(toEngineSettings({ url: "mqtt://a.example" })).toMatchObject({
    sessionBehavior: "clean",
    offlineQueueBehavior: "failQos0PublishOnDisconnect",
    sessionLostPublishBehavior: "resendQos1",
    resubscribe: "onSessionLost",
    queue: { maxOperations: 100_000, maxBytes: 67_108_864, whenFull: "reject" },
    topicAliasing: { outbound: "disabled", outboundCacheMaxSize: 25, inboundMaximum: 0 },
    maxRedeliveries: 10,
    retryJitterMode: "full",
    minReconnectDelayMs: 1_000,
    maxReconnectDelayMs: 120_000,
    minConnectedTimeToResetReconnectDelayMs: 30_000,
    connectTimeoutMs: 30_000,
    connackTimeoutMs: 20_000,
    pingTimeoutMs: 30_000,
    ackTimeoutMs: 60_000,
  });
});

test("an alias cache has 25 entries by default, and for 0", () => {
  const url = "mqtt://a.example";
  const caches = { outboundCacheMaxSize: 0, inboundCacheMaxSize: 0 };
  for (const sizes of [{}, caches]) {
    const topicAliasing = { outbound: "lru", inbound: "enabled", ...sizes } as const;
    expect(toEngineSettings({ url, topicAliasing }).topicAliasing).toEqual({
      outbound: "lru",
      outboundCacheMaxSize: 25,
      inboundMaximum: 25,
    });
  }
  const given = { outbound: "lru", outboundCacheMaxSize: 3, inbound: "enabled", inboundCacheMaxSize: 4 } as const;
  expect(toEngineSettings({ url, topicAliasing: given }).topicAliasing).toEqual({
    outbound: "lru",
    outboundCacheMaxSize: 3,
    inboundMaximum: 4,
  });
});

test("no limits of a server hold unless they are asked for", () => {
  expect(toFlowControlLimits("none")).toEqual({});
  expect(toFlowControlLimits("awsIotCoreDefaults")).toEqual({
    maxSubscriptionsPerSubscribe: 8,
    maxTopicSegments: 8,
    maxTopicBytes: 256,
    maxClientIdBytes: 128,
    maxPublishesPerSecond: 100,
    maxBytesPerSecond: 524_288,
  });
});

test("CONNECT says what it must by default", () => {
  expect(toConnectRequest({})).toEqual({ keepAlive: 60, receiveMaximum: 1_024 });
});

test("CONNECT says all that it is told", () => {
  const connectOptions = {
    keepAlive: 30,
    clientId: "c",
    username: "u",
    password: "p",
    sessionExpiryInterval: 3_600,
    requestResponseInformation: true,
    requestProblemInformation: false,
    receiveMaximum: 10,
    maximumPacketSize: 1_000,
    willDelayInterval: 5,
    will: { topic: "w", payload: "bye" },
    userProperties: [{ name: "a", value: "b" }],
  };
  const { willDelayInterval, will, ...rest } = connectOptions;
  expect(toConnectRequest(connectOptions)).toMatchObject({
    ...rest,
    will: { topic: will.topic, willDelayInterval, qos: 0, retain: false },
  });
});

test("a publish has QoS 0, no payload, and is not retained by default", () => {
  expect(toOutboundMessage({ topic: "t" })).toMatchObject({ qos: 0, retain: false, payload: "" });
});

test("a subscription has QoS 0, hears its own messages, and gets those retained by default", () => {
  expect(toSubscribePacket("f").subscriptions).toEqual([
    { topicFilter: "f", qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
  ]);
});

test("a stop disconnects normally, drains nothing and takes 5 seconds by default", () => {
  const disconnect = { type: "disconnect", reasonCode: 0 };
  expect(toStopRequest({}, 0)).toEqual({ disconnect, drain: false, timeoutMs: 5_000 });
});
