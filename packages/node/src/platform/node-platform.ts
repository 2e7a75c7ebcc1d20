/** The platform of one client in Node: its clock, its random numbers, its logger and its transports. */

import { InvalidArgumentError } from "@mqtt5/core";
import {
  afterwards,
  type Check,
  checkFunction,
  checkWebSocketOptions,
  type Clock,
  isSecure,
  type Logger,
  type Platform,
  type Random,
  type ServerUrl,
  type TransportFactory,
} from "@mqtt5/core/adapter";
import type { Mqtt5ClientOptions } from "../options/client-options.js";
import type { Destination } from "../transports/destination.js";
import { transformHandshake } from "../transports/handshake-transform.js";
import { nodeClock } from "./node-clock.js";
import { nodeRandom } from "./node-random.js";
import { checkProxy } from "../options/proxy-options.js";
import { type ProxySettings, toProxySettings } from "../proxies/proxy-settings.js";
import { checkSocketOptions } from "../options/socket-options.js";
import { StreamTransport } from "../transports/stream-transport.js";
import { checkTlsOptions } from "../options/tls-options.js";
import { type TlsSettings, toTlsSettings } from "../tls/tls-settings.js";
import { openWebSocket } from "../transports/websocket.js";

/** The logger of the client. It emits a warning of the process, which Node prints to stderr. */
const processWarning: Logger = {
  warn: (message, cause) => {
    const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    process.emitWarning(message, { type: "Mqtt5Warning", ...(cause === undefined ? {} : { detail }) });
  },
};

/** The outside world of a client in Node. */
export class NodePlatform implements Platform {
  readonly schemes: Platform["schemes"] = ["mqtt", "mqtts", "ws", "wss"];
  readonly optionChecks: Readonly<Record<string, Check>> = {
    tls: checkTlsOptions,
    socket: checkSocketOptions,
    proxy: checkProxy,
    webSocket: checkWebSocketOptions,
    websocketHandshakeTransform: checkFunction,
  };
  readonly clock: Clock = nodeClock;
  readonly random: Random = nodeRandom;
  readonly logger: Logger = processWarning;
  #options: Mqtt5ClientOptions;
  #tlsSettings: TlsSettings | undefined;
  #proxy: ProxySettings | undefined;

  /** Keeps the options. They are not checked yet, so it reads none of them. */
  constructor(options: Mqtt5ClientOptions) {
    this.#options = options;
  }

  /** True if `websocketHandshakeTransform` supplies credentials before each attempt. */
  get refreshesCredentials(): boolean {
    return this.#options.websocketHandshakeTransform !== undefined;
  }

  /**
   * Copies the options and reads certificates and keys. The client has checked each option by then.
   *
   * @throws {InvalidArgumentError} Two options do not fit together, or a certificate or key cannot be read.
   */
  configure(): void {
    const { url, tls, socket, proxy, followServerReference, webSocket, websocketHandshakeTransform } = this.#options;
    this.#options = { ...this.#options, socket: { ...socket }, webSocket: { ...webSocket } };
    if (/^(mqtts|wss):/i.test(url)) {
      this.#tlsSettings = toTlsSettings(tls ?? {});
    } else {
      refuseOption({ tls }, "the URL is neither mqtts: nor wss:");
    }
    if (!/^wss?:/i.test(url)) {
      refuseOption({ webSocket, websocketHandshakeTransform }, "the URL is neither ws: nor wss:");
    }
    if (socket?.path !== undefined) {
      refuseOption({ proxy, followServerReference }, "there is a socket.path");
    }
    this.#proxy = proxy === undefined ? proxy : toProxySettings(proxy);
  }

  /** Returns the factory of the transport for one attempt, after the application's transform of the handshake. */
  prepareTransport(server: ServerUrl): TransportFactory | PromiseLike<TransportFactory> {
    const { websocketHandshakeTransform: transform, webSocket, allowInsecure = false } = this.#options;
    if (server.scheme === "mqtt" || server.scheme === "mqtts") {
      const destination = this.#destination(server);
      return (handlers) => new StreamTransport(destination, handlers);
    }
    const handshake = transform ? transformHandshake(transform, server, allowInsecure) : { server, headers: {} };
    return afterwards(handshake, (request): TransportFactory => {
      const destination = this.#destination(request.server);
      return (handlers) => openWebSocket(destination, handlers, { ...webSocket, headers: request.headers });
    });
  }

  /** Returns the destination of a transport to this server. */
  #destination(server: ServerUrl): Destination {
    // A server reference or a transformed handshake may lead to a secure URL, even if the option `url` is not secure.
    this.#tlsSettings ??= isSecure(server) ? toTlsSettings({}) : undefined;
    return {
      server,
      socketOptions: this.#options.socket ?? {},
      tlsSettings: isSecure(server) ? this.#tlsSettings : undefined,
      proxy: this.#proxy,
      clock: this.clock,
    };
  }
}

/** Throws an `InvalidArgumentError` if one of these options is given. */
function refuseOption(options: Readonly<Record<string, unknown>>, where: string): void {
  for (const [field, value] of Object.entries(options)) {
    if (value !== undefined) {
      throw new InvalidArgumentError({ field, limit: `left out where ${where}` });
    }
  }
}
