import { Mqtt5ClientBase } from "@mqtt5/core/adapter";
import type { Mqtt5ClientOptions } from "./options/client-options.js";
import { NodePlatform } from "./platform/node-platform.js";

/** An MQTT 5 client over TCP (`mqtt:`), TLS (`mqtts:`), WebSocket (`ws:`) or secure WebSocket (`wss:`). */
export class Mqtt5Client extends Mqtt5ClientBase {
  /** Throws an `InvalidArgumentError` for options that cannot be used. Nothing is opened before `start`. */
  constructor(options: Mqtt5ClientOptions) {
    const platform = new NodePlatform(options);
    super(options, platform);
    platform.configure();
  }
}
