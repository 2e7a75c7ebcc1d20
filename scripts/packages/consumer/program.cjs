const core = require("@mqtt5/core");
const sdk = require("@mqtt5/node");

if (sdk.MqttError !== core.MqttError || !(new sdk.MqttError("OFFLINE", "x") instanceof core.MqttError)) {
  throw new Error("the package and core have different classes of one name");
}
require("@mqtt5/core/adapter");
require("@mqtt5/core/testing");
require("@mqtt5/browser");
console.log("imported");
