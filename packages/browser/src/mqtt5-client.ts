import type { ClientOptions } from "@mqtt5/core";
import { ClientBase } from "@mqtt5/core/adapter";
import { BrowserPlatform } from "./browser-platform.js";

/** The options of the client in a browser: those that every platform has. The URL is a `ws:` or `wss:` one. */
export type Mqtt5ClientOptions = ClientOptions;

/** An MQTT 5 client over the browser's WebSocket, for pages and workers. */
export class Mqtt5Client extends ClientBase {
  /** Throws an `InvalidArgumentError` for options that cannot be used. Nothing is opened before `start`. */
  constructor(options: Mqtt5ClientOptions) {
    super(options, new BrowserPlatform());
  }
}
