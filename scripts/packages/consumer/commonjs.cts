import core = require("@mqtt5/core");
import adapter = require("@mqtt5/core/adapter");
import testing = require("@mqtt5/core/testing");
import authentication = require("@mqtt5/node/authentication");
import sdk = require("@mqtt5/node");

export type All = [typeof adapter, typeof testing];
export const sameClass: typeof core.MqttError = sdk.MqttError;
export const makeClient = (): sdk.Mqtt5Client => new sdk.Mqtt5Client({ url: "mqtt://localhost" });
export const makeScram = authentication.scramSha256;
