import * as core from "@mqtt5/core";
import * as sdk from "@mqtt5/node";

if (sdk.MqttError !== core.MqttError || !(new sdk.MqttError("OFFLINE", "x") instanceof core.MqttError)) {
  throw new Error("the package and core have different classes of one name");
}
await import("@mqtt5/core/adapter");
await import("@mqtt5/core/testing");
await import("@mqtt5/browser");
console.log("imported");
