/** What a browser gives to one client. */

import {
  afterwards,
  type Check,
  checkFunction,
  checkWebSocketOptions,
  type Clock,
  type Logger,
  mqttSubprotocol,
  type Platform,
  type Random,
  type ServerUrl,
  splitPackets,
  type TransportFactory,
} from "@mqtt5/core/adapter";
import { BrowserClock } from "./browser-clock.js";
import type { Mqtt5ClientOptions } from "./client-options.js";
import { type Handshake, transformHandshake } from "./handshake-transform.js";
import { openWebSocket } from "./websocket.js";

const pageConsole: Logger = {
  warn: (message, cause) => globalThis.console.warn(message, ...(cause === undefined ? [] : [cause])),
};

export class BrowserPlatform implements Platform {
  readonly schemes: Platform["schemes"] = ["ws", "wss"];
  readonly optionChecks: Readonly<Record<string, Check>> = {
    webSocket: checkWebSocketOptions,
    websocketHandshakeTransform: checkFunction,
  };
  readonly clock: Clock = new BrowserClock();
  readonly random: Random = () => Math.random();
  readonly logger: Logger = pageConsole;
  #options: Mqtt5ClientOptions;

  /** Only keeps the options: they are not checked yet. */
  constructor(options: Mqtt5ClientOptions) {
    this.#options = options;
  }

  get refreshesCredentials(): boolean {
    return this.#options.websocketHandshakeTransform !== undefined;
  }

  /** Takes over the options, which the client has checked by then. */
  configure(): void {
    this.#options = { ...this.#options, webSocket: { ...this.#options.webSocket } };
  }

  prepareTransport(server: ServerUrl): TransportFactory | PromiseLike<TransportFactory> {
    const { websocketHandshakeTransform: transform, webSocket } = this.#options;
    const plain: Handshake = { server, subprotocols: [mqttSubprotocol] };
    const split = webSocket?.onePacketPerFrame === true ? splitPackets : undefined;
    return afterwards(
      transform === undefined ? plain : transformHandshake(transform, server),
      (handshake): TransportFactory =>
        (handlers) =>
          openWebSocket(
            { url: handshake.server.href, subprotocols: handshake.subprotocols, split, clock: this.clock },
            handlers,
          ),
    );
  }
}
