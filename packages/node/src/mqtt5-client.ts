import { Mqtt5ClientBase } from "@mqtt5/core/adapter";
import type { Mqtt5ClientOptions } from "./options/client-options.js";
import { NodePlatform } from "./platform/node-platform.js";

/**
 * An MQTT 5 client over TCP (`mqtt:`), TLS (`mqtts:`), WebSocket (`ws:`) or secure WebSocket (`wss:`).
 *
 * @example
 * ```ts
 * import { Mqtt5Client, QoS } from "@mqtt5/node";
 *
 * const client = new Mqtt5Client({ url: "mqtts://broker.example", connectOptions: { clientId: "boiler-7" } });
 * client.on("messageReceived", ({ message }) => console.log(message.topic, message.text()));
 * client.on("connectionFailure", ({ error }) => console.error(error.message));
 * client.start();
 *
 * await client.subscribe({ topicFilter: "boilers/7/commands", qos: QoS.AtLeastOnce });
 * await client.publish({ topic: "boilers/7/temperature", payload: "71.5", qos: QoS.AtLeastOnce });
 *
 * await client.stop();
 * ```
 */
export class Mqtt5Client extends Mqtt5ClientBase {
  /**
   * Creates a client, and opens nothing. Call `start` to connect.
   *
   * @throws {InvalidArgumentError} An option is unknown, out of range, or does not fit another one.
   *
   * @example
   * ```ts
   * import { readFileSync } from "node:fs";
   * import { Mqtt5Client } from "@mqtt5/node";
   *
   * const client = new Mqtt5Client({
   *   url: "mqtts://broker.example",
   *   connectOptions: { clientId: "boiler-7", keepAlive: 30 },
   *   tls: { ca: readFileSync("ca.pem") },
   * });
   * client.on("messageReceived", ({ message }) => console.log(message.topic, message.text()));
   * client.start();
   * await client.subscribe("boilers/7/commands");
   * await client.publish({ topic: "boilers/7/temperature", payload: "71.5" });
   * await client.stop();
   * ```
   */
  constructor(options: Mqtt5ClientOptions) {
    const platform = new NodePlatform(options);
    super(options, platform);
    platform.configure();
  }
}
