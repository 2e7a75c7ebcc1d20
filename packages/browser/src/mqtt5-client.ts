import { Mqtt5ClientBase } from "@mqtt5/core/adapter";
import { BrowserPlatform } from "./platform/browser-platform.js";
import type { Mqtt5ClientOptions } from "./options/client-options.js";
import { watchPage } from "./platform/page-lifecycle.js";

/**
 * An MQTT 5 client over the browser's WebSocket, for pages and workers.
 *
 * @example
 * ```ts
 * import { Mqtt5Client, QoS } from "@mqtt5/browser";
 *
 * const client = new Mqtt5Client({ url: "wss://broker.example/mqtt" });
 * client.on("messageReceived", ({ message }) => console.log(message.topic, message.text()));
 * client.on("connectionFailure", ({ error }) => console.error(error.message));
 * client.start();
 *
 * await client.subscribe({ topicFilter: "boilers/7/temperature", qos: QoS.AtLeastOnce });
 * await client.publish({ topic: "boilers/7/commands", payload: "on", qos: QoS.AtLeastOnce });
 *
 * await client.stop();
 * ```
 */
export class Mqtt5Client extends Mqtt5ClientBase {
  /**
   * Creates a client, and opens nothing. Call `start` to connect.
   *
   * @throws {InvalidArgumentError} An option is unknown or out of range.
   *
   * @example
   * ```ts
   * import { Mqtt5Client } from "@mqtt5/browser";
   *
   * const client = new Mqtt5Client({
   *   url: "wss://broker.example/mqtt",
   *   connectOptions: { keepAlive: 30, username: "page", password: "secret" },
   * });
   * client.on("messageReceived", ({ message }) => console.log(message.topic, message.text()));
   * client.start();
   * await client.subscribe("boilers/7/temperature");
   * await client.publish({ topic: "boilers/7/commands", payload: "on" });
   * await client.stop();
   * ```
   */
  constructor(options: Mqtt5ClientOptions) {
    const platform = new BrowserPlatform(options);
    super(options, platform);
    platform.configure();
    let unwatch: (() => void) | undefined;
    // These events say when the client runs. A call of `start` does not: during a stop it takes effect after that stop.
    this.on("attemptingConnect", () => {
      unwatch ??= watchPage(() => this.checkConnection());
    });
    this.on("stopped", () => {
      unwatch?.();
      unwatch = undefined;
    });
  }
}
