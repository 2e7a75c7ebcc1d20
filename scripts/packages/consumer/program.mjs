import * as core from "@mqtt5/core";
import { MqttError, Mqtt5Client } from "@mqtt5/node";
import { exchange } from "./exchange.mjs";

if (MqttError !== core.MqttError) {
  throw new Error("the package and core have different classes of one name");
}
await import("@mqtt5/core/adapter");
await import("@mqtt5/core/testing");
await import("@mqtt5/core/authentication");
await import("@mqtt5/node/authentication");
await import("@mqtt5/browser/authentication");
await import("@mqtt5/browser");
await exchange(Mqtt5Client, { url: process.argv[2] });
console.log("stopped");
