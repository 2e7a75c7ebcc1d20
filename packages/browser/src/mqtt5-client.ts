import { Mqtt5ClientBase } from "@mqtt5/core/adapter";
import { BrowserPlatform } from "./platform/browser-platform.js";
import type { Mqtt5ClientOptions } from "./options/client-options.js";
import { watchPage } from "./platform/page-lifecycle.js";

/** An MQTT 5 client over the browser's WebSocket, for pages and workers. */
export class Mqtt5Client extends Mqtt5ClientBase {
  /** Throws an `InvalidArgumentError` for options that cannot be used. Nothing is opened before `start`. */
  constructor(options: Mqtt5ClientOptions) {
    super(options, new BrowserPlatform(options));
    let unwatch: (() => void) | undefined;
    // By these events and not by `start`, which may come while a stop is under way and then takes effect after it.
    this.on("attemptingConnect", () => {
      unwatch ??= watchPage(() => this.checkConnection());
    });
    this.on("stopped", () => {
      unwatch?.();
      unwatch = undefined;
    });
  }
}
