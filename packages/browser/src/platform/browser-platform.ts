/** What a browser gives to one client. */

import {
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
import type { Mqtt5ClientOptions } from "../options/client-options.js";
import { transformHandshake, type WebSocketHandshakeRequest } from "../transports/handshake-transform.js";
import { openWebSocket } from "../transports/websocket.js";

const pageConsole: Logger = {
  warn: (...report) => globalThis.console.warn(...report),
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
  readonly #options: Mqtt5ClientOptions;

  /** Only keeps the options: they are not checked yet. */
  constructor(options: Mqtt5ClientOptions) {
    this.#options = { ...options };
  }

  get refreshesCredentials(): boolean {
    return this.#options.websocketHandshakeTransform !== undefined;
  }

  async prepareTransport({ href }: ServerUrl): Promise<TransportFactory> {
    const { websocketHandshakeTransform: transform, webSocket } = this.#options;
    const plain: WebSocketHandshakeRequest = { url: href, subprotocols: [mqttSubprotocol] };
    const split = webSocket?.onePacketPerFrame === true ? splitPackets : undefined;
    const request = transform ? await transformHandshake(transform, plain) : plain;
    return (handlers) => openWebSocket({ ...request, split, clock: this.clock }, handlers);
  }
}
