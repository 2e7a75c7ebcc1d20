/** What Node gives to one client. */

import { InvalidArgumentError } from "@mqtt5/core";
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
import type { Mqtt5ClientOptions } from "./client-options.js";
import type { Destination } from "./dial.js";
import { nodeClock } from "./node-clock.js";
import { checkSocketOptions, type SocketOptions } from "./socket-options.js";
import { StreamTransport } from "./stream-transport.js";
import { checkTlsOptions } from "./tls-options.js";
import { type TlsSettings, toTlsSettings } from "./tls-settings.js";
import { openWebSocket } from "./websocket.js";

/** A warning of the process: seen on stderr, and with its `warning` event by whoever collects them. */
const processWarning: Logger = {
  warn: (message, cause) => {
    const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    process.emitWarning(message, { type: "Mqtt5Warning", ...(cause === undefined ? {} : { detail }) });
  },
};

export class NodePlatform implements Platform {
  readonly schemes: Platform["schemes"] = ["mqtt", "mqtts", "ws", "wss"];
  readonly optionChecks: Readonly<Record<string, Check>> = { tls: checkTlsOptions, socket: checkSocketOptions };
  readonly clock: Clock = nodeClock;
  readonly random: Random = () => Math.random();
  readonly logger: Logger = processWarning;
  #socketOptions: SocketOptions = {};
  #tlsSettings: TlsSettings | undefined;

  /** Takes over the options, which the client has checked by then. */
  configure({ url, tls, socket }: Mqtt5ClientOptions): void {
    this.#socketOptions = { ...socket };
    if (/^(mqtts|wss):/i.test(url)) {
      this.#tlsSettings = toTlsSettings(tls ?? {});
    } else if (tls !== undefined) {
      throw new InvalidArgumentError({ field: "tls", limit: "left out where the URL is neither mqtts: nor wss:" });
    }
  }

  openTransport(server: ServerUrl, handlers: TransportHandlers): Transport {
    const destination: Destination = {
      server,
      socketOptions: this.#socketOptions,
      tlsSettings: this.#tlsSettings,
      clock: this.clock,
    };
    switch (server.scheme) {
      case "mqtt":
      case "mqtts":
        return new StreamTransport(destination, handlers);
      case "ws":
      case "wss":
        return openWebSocket(destination, handlers);
    }
  }
}
