import type * as core from "@mqtt5/core";
import type * as adapter from "@mqtt5/core/adapter";
import { scramSha256, type ScramOptions } from "@mqtt5/browser/authentication";
import { Mqtt5Client, MqttError, QoS } from "@mqtt5/browser";

export type All = [typeof adapter];
export const sameClass: typeof core.MqttError = MqttError;

export async function main(signal: AbortSignal): Promise<void> {
  const client = new Mqtt5Client({ url: "wss://localhost/mqtt" });
  client.once("connectionSuccess", ({ negotiatedSettings }) => negotiatedSettings);
  client.start();
  await client.publish({ topic: "a/b", payload: "text", qos: QoS.AtMostOnce }, { signal });
  await client.stop();
}

export const makeScramClient = (options: ScramOptions): Mqtt5Client =>
  new Mqtt5Client({ url: "wss://localhost", authentication: scramSha256(options) });
