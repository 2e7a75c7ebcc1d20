const core = require("@mqtt5/core");
const { MqttError, Mqtt5Client } = require("@mqtt5/node");

if (MqttError !== core.MqttError) {
  throw new Error("the package and core have different classes of one name");
}
require("@mqtt5/core/adapter");
require("@mqtt5/core/testing");
require("@mqtt5/core/authentication");
require("@mqtt5/node/authentication");
require("@mqtt5/browser/authentication");
require("@mqtt5/browser");
import("./exchange.mjs")
  .then(({ exchange }) => exchange(Mqtt5Client, { url: process.argv[2] }))
  .then(() => console.log("stopped"));
