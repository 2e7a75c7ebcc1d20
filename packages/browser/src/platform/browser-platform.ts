/** The platform of one client in a browser: its clock, its random numbers, its logger and its transport. */

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
import { makeBrowserRandom } from "./browser-random.js";
import type { Mqtt5ClientOptions } from "../options/client-options.js";
import { transformHandshake, type WebSocketHandshakeTransform } from "../transports/handshake-transform.js";
import { openWebSocket } from "../transports/websocket.js";

/** The logger of the client. It writes to the console. */
const pageConsole: Logger = {
  warn: (...report) => globalThis.console.warn(...report),
};

/** The outside world of a client in a browser. */
export class BrowserPlatform implements Platform {
  readonly schemes: Platform["schemes"] = ["ws", "wss"];
  readonly optionChecks: Readonly<Record<string, Check>> = {
    webSocket: checkWebSocketOptions,
    websocketHandshakeTransform: checkFunction,
  };
  readonly clock: Clock = new BrowserClock();
  readonly random: Random = makeBrowserRandom();
  readonly logger: Logger = pageConsole;
  readonly #options: Mqtt5ClientOptions;
  #transform: WebSocketHandshakeTransform | undefined;
  #allowInsecure = false;
  #split: typeof splitPackets | undefined;

  /** Keeps the options. They are not checked yet, so it reads none of them. */
  constructor(options: Mqtt5ClientOptions) {
    this.#options = options;
  }

  /** True if `websocketHandshakeTransform` supplies credentials before each attempt. */
  get refreshesCredentials(): boolean {
    return this.#options.websocketHandshakeTransform !== undefined;
  }

  /** Copies the options. The client has checked each of them by then. */
  configure(): void {
    const { websocketHandshakeTransform, allowInsecure = false, webSocket } = this.#options;
    this.#transform = websocketHandshakeTransform;
    this.#allowInsecure = allowInsecure;
    this.#split = webSocket?.onePacketPerFrame === true ? splitPackets : undefined;
  }

  /** Returns the factory of the transport for one attempt, after the application's transform of the handshake. */
  async prepareTransport(server: ServerUrl): Promise<TransportFactory> {
    const request = this.#transform
      ? await transformHandshake(this.#transform, server, this.#allowInsecure)
      : { url: server.href, subprotocols: [mqttSubprotocol] };
    return (handlers) => openWebSocket({ ...request, split: this.#split, clock: this.clock }, handlers);
  }
}
