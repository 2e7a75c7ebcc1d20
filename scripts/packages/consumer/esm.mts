import type * as core from "@mqtt5/core";
import type * as adapter from "@mqtt5/core/adapter";
import type * as testing from "@mqtt5/core/testing";
import { scramSha256, type ScramOptions } from "@mqtt5/node/authentication";
import { Mqtt5Client, MqttError, QoS, type PublishResult, type ReceivedMessage } from "@mqtt5/node";

export type All = [typeof core, typeof adapter, typeof testing];

/** One class, whichever package it is imported from. */
export const sameClass: typeof core.MqttError = MqttError;

export async function main(signal: AbortSignal): Promise<PublishResult> {
  const client: Mqtt5Client = new Mqtt5Client({ url: "mqtts://localhost", connectOptions: { keepAlive: 30 } });
  const texts: string[] = [];
  const remove: () => void = client.on("messageReceived", ({ message }: { readonly message: ReceivedMessage }) => {
    texts.push(message.text());
  });
  client.start();
  await client.subscribe({ topicFilter: "a/+", qos: QoS.ExactlyOnce }, { signal });
  const result = await client.publish({ topic: "a/b", payload: new Uint8Array(3), qos: QoS.AtLeastOnce });
  remove();
  await client.stop();
  return result;
}

export const makeScramClient = (options: ScramOptions): Mqtt5Client =>
  new Mqtt5Client({ url: "mqtts://localhost", authentication: scramSha256(options) });
