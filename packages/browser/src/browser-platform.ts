/** What a browser gives to one client. */

import type {
  Check,
  Clock,
  Logger,
  Platform,
  Random,
  ServerUrl,
  Transport,
  TransportHandlers,
} from "@mqtt5/core/adapter";
import { BrowserClock } from "./browser-clock.js";
import { openWebSocket } from "./websocket.js";

const pageConsole: Logger = {
  warn: (message, cause) => globalThis.console.warn(message, ...(cause === undefined ? [] : [cause])),
};

export class BrowserPlatform implements Platform {
  readonly schemes: Platform["schemes"] = ["ws", "wss"];
  readonly optionChecks: Readonly<Record<string, Check>> = {};
  readonly clock: Clock = new BrowserClock();
  readonly random: Random = () => Math.random();
  readonly logger: Logger = pageConsole;

  openTransport(server: ServerUrl, handlers: TransportHandlers): Transport {
    return openWebSocket(server, this.clock, handlers);
  }
}
