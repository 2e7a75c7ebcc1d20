/** The platform of one client in Node: its clock, its random numbers, its logger and its transports. */

import { InvalidArgumentError, type WebSocketOptions } from "@mqtt5/core";
import {
  afterwards,
  type Check,
  checkFunction,
  checkWebSocketOptions,
  type Clock,
  describeThrown,
  fieldsOf,
  isSecure,
  type Logger,
  type PayloadMemory,
  type Platform,
  type Random,
  type ServerUrl,
  type Transport,
  type TransportFactory,
  type TransportHandlers,
  type TransportRequest,
} from "@mqtt5/core/adapter";
import type { Mqtt5ClientOptions } from "../options/client-options.js";
import type { Destination } from "../transports/destination.js";
import { transformHandshake, type WebSocketHandshakeTransform } from "../transports/handshake-transform.js";
import { BlockMemory } from "./block-memory.js";
import { nodeClock } from "./node-clock.js";
import { nodeRandom } from "./node-random.js";
import { checkProxy } from "../options/proxy-options.js";
import { proxyFromEnvironment } from "../proxies/environment-proxy.js";
import { type ProxySettings, toProxySettings } from "../proxies/proxy-settings.js";
import { checkSocketOptions, type SocketOptions } from "../options/socket-options.js";
import { StreamTransport } from "../transports/stream-transport.js";
import { checkTls } from "../options/tls-options.js";
import { makeTlsSource, type TlsSource } from "../tls/tls-source.js";
import { openWebSocket } from "../transports/websocket.js";

/** The logger of the client. It emits a warning of the process, which Node prints to stderr. */
const processWarning: Logger = {
  warn: (message, cause) => {
    const detail = cause === undefined ? {} : { detail: describeThrown(cause) };
    process.emitWarning(message, { type: "Mqtt5Warning", ...detail });
  },
};

/** The outside world of a client in Node. */
export class NodePlatform implements Platform {
  readonly schemes: Platform["schemes"] = ["mqtt", "mqtts", "ws", "wss"];
  readonly optionChecks: Readonly<Record<string, Check>> = {
    tls: checkTls,
    socket: checkSocketOptions,
    proxy: checkProxy,
    webSocket: checkWebSocketOptions,
    websocketHandshakeTransform: checkFunction,
  };
  readonly clock: Clock = nodeClock;
  readonly random: Random = nodeRandom;
  readonly logger: Logger = processWarning;
  readonly payloadMemory: PayloadMemory = new BlockMemory();
  readonly #options: Mqtt5ClientOptions;
  #socketOptions: SocketOptions = {};
  #webSocketOptions: WebSocketOptions = {};
  #transform: WebSocketHandshakeTransform | undefined;
  #allowInsecure = false;
  #tlsSource: TlsSource = makeTlsSource();
  #proxyFor: (server: ServerUrl) => ProxySettings | undefined = () => undefined;

  /** Keeps the options. They are not checked yet, so it reads none of them. */
  constructor(options: Mqtt5ClientOptions) {
    this.#options = options;
  }

  /** True if `websocketHandshakeTransform` or `tls` supplies credentials before each attempt. */
  get refreshesCredentials(): boolean {
    return this.#options.websocketHandshakeTransform !== undefined || typeof this.#options.tls === "function";
  }

  /**
   * Copies the options of the transports, and reads certificates and keys. The client has checked each option by then.
   *
   * @throws {InvalidArgumentError} Two options do not fit together, or a certificate or key cannot be read.
   */
  configure(): void {
    const { url, tls, socket, proxy, followServerReference, webSocket, websocketHandshakeTransform } = this.#options;
    this.#transform = websocketHandshakeTransform;
    this.#allowInsecure = this.#options.allowInsecure ?? false;
    this.#socketOptions = fieldsOf(socket ?? {}, checkSocketOptions);
    this.#webSocketOptions = fieldsOf(webSocket ?? {}, checkWebSocketOptions);
    if (this.#options.transport) {
      return; // none of the options below can be given, and the URL may have any scheme
    }
    const mayBe = (scheme: RegExp): boolean =>
      typeof url === "function" || [url].flat().some((each) => scheme.test(each));
    if (mayBe(/^(mqtts|wss):/i)) {
      this.#tlsSource = makeTlsSource(tls);
      if (typeof tls !== "function") {
        void this.#tlsSource(1); // reads the certificates, so that the constructor throws for them
      }
    } else {
      refuseOption({ tls }, "no URL can be mqtts: or wss:");
    }
    if (!mayBe(/^wss?:/i)) {
      refuseOption({ webSocket, websocketHandshakeTransform }, "no URL can be ws: or wss:");
    }
    if (socket?.path !== undefined) {
      refuseOption({ proxy, followServerReference }, "there is a socket.path");
      refuseSeveralServers(url);
    }
    if (proxy === "environment") {
      this.#proxyFor = proxyFromEnvironment;
    } else if (proxy !== undefined) {
      const settings = toProxySettings(proxy);
      this.#proxyFor = () => settings;
    }
  }

  /** Returns the factory of the transport for one attempt, after the functions of the application that take part. */
  prepareTransport(
    server: ServerUrl,
    { attempt, maximumPacketSize }: TransportRequest,
  ): TransportFactory | PromiseLike<TransportFactory> {
    if (server.scheme === "mqtt" || server.scheme === "mqtts") {
      return this.#open(server, attempt, (destination, handlers) => new StreamTransport(destination, handlers));
    }
    const handshake = this.#transform
      ? transformHandshake(this.#transform, server, this.#allowInsecure)
      : { server, headers: {} };
    return afterwards(handshake, ({ server: transformed, headers }) =>
      this.#open(transformed, attempt, (destination, handlers) =>
        openWebSocket(destination, handlers, { ...this.#webSocketOptions, headers, maximumPacketSize }),
      ),
    );
  }

  /** Returns the factory that opens a transport to this server with `open`. */
  #open(
    server: ServerUrl,
    attempt: number,
    open: (destination: Destination, handlers: TransportHandlers) => Transport,
  ): TransportFactory | PromiseLike<TransportFactory> {
    const tls = isSecure(server) ? this.#tlsSource(attempt) : undefined;
    return afterwards(tls, (tlsSettings): TransportFactory => {
      const proxy = this.#proxyFor(server);
      const destination = { server, socketOptions: this.#socketOptions, tlsSettings, proxy, clock: this.clock };
      return (handlers) => open(destination, handlers);
    });
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

/** Throws an `InvalidArgumentError` if there is more than one URL: each would lead to the same socket. */
function refuseSeveralServers(url: Mqtt5ClientOptions["url"]): void {
  if (typeof url === "object" && url.length > 1) {
    throw new InvalidArgumentError({ field: "url", limit: "one URL where there is a socket.path" });
  }
}
