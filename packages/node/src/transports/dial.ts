/**
 * Opens the socket under every transport: name, address, TCP, the way through a proxy and, where the URL asks for it, TLS.
 * Which of these is being done is told as it begins, so that a failure can be named after it.
 */

import { connect as connectTcp, isIP, type OnReadOpts, type Socket, type TcpNetConnectOpts } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import type { MqttError } from "@mqtt5/core";
import type { ConnectionPhase } from "@mqtt5/core/adapter";
import type { Destination } from "./destination.js";
import { openHttpTunnel } from "../proxies/http-tunnel.js";
import { toConnectionError, toTimeoutError } from "../platform/node-error.js";
import type { ProxySettings } from "../proxies/proxy-settings.js";
import { openSocks5Tunnel } from "../proxies/socks5-tunnel.js";
import type { TlsSettings } from "../tls/tls-settings.js";

/** What the one who dials is told: phases as they begin, then either `opened` or `closed`, and after that nothing. */
export interface DialListener {
  phase(phase: ConnectionPhase): void;

  /** Bytes of the layer above can be exchanged. The socket belongs to that layer from now on. */
  opened(socket: Socket): void;

  /** There is no connection, for this cause; without one where it was given up. */
  closed(error?: MqttError): void;
}

/** One end of a stretch of the way. */
interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly tlsSettings: TlsSettings | undefined;
}

/**
 * How long one of several addresses has before the next is tried in its place, in milliseconds. The 250 of Node give up
 * every address of a server that is far away or behind a slow link, and the first lost packet is repeated after a second.
 */
const attemptTimeoutMs = 2_500;

export class Dialling {
  readonly #destination: Destination;
  readonly #listener: DialListener;
  readonly #onread: OnReadOpts | undefined;
  #phase: ConnectionPhase = "tcp";
  /** The topmost socket, which takes those under it along when it is destroyed. */
  #socket: Socket | undefined;
  #error: MqttError | undefined;
  #isGivenUp = false;
  #isOver = false;
  #cancelLimit: () => void = () => undefined;

  /** `onread` says where what is read goes. It has no effect on a connection through a proxy, to be read as a stream. */
  constructor(destination: Destination, listener: DialListener, onread?: OnReadOpts) {
    this.#destination = destination;
    this.#listener = listener;
    this.#onread = onread;
    this.#limitTime();
    if (!destination.proxy) {
      this.#dialServer();
    } else {
      this.#dialProxy(destination.proxy);
    }
  }

  /** Whether the socket, once open, passes what it reads to `onread`. */
  get isReadByBuffer(): boolean {
    return this.#onread !== undefined && this.#destination.proxy === undefined;
  }

  /** Gives it up; `closed` follows. Without effect once that, or `opened`, was called. */
  abort(): void {
    if (!this.#isOver) {
      this.#isGivenUp = true;
      this.#socket?.destroy();
    }
  }

  #dialServer(): void {
    const { server, tlsSettings, socketOptions } = this.#destination;
    const { host, port } = server;
    this.#enter(socketOptions.path === undefined && isIP(host) === 0 ? "dns" : "tcp");
    const socket = this.#connect({ host, port, tlsSettings });
    socket.on("lookup", (error: Error | null) => {
      if (error === null && this.#phase === "dns") {
        this.#enter("tcp");
      }
    });
    socket.once("connect", () => {
      this.#cancelLimit();
      if (tlsSettings) {
        this.#enter("tls");
      }
    });
    socket.once(readyEvent(tlsSettings), () => this.#handleReady(socket));
  }

  /** Whatever fails up to the proxy's answer is a failure of the proxy's. */
  #dialProxy(proxy: ProxySettings): void {
    const { server } = this.#destination;
    const openTunnel = proxy.scheme === "socks5" ? openSocks5Tunnel : openHttpTunnel;
    this.#enter("proxy");
    const socket = this.#connect(proxy);
    socket.once(readyEvent(proxy.tlsSettings), () => {
      openTunnel(socket, server, proxy.credentials).then(
        () => this.#handleTunnel(socket),
        (error: unknown) => this.#fail(error),
      );
    });
  }

  #handleTunnel(socket: Socket): void {
    const { server, tlsSettings } = this.#destination;
    if (socket.destroyed) {
      return;
    }
    this.#cancelLimit();
    if (!tlsSettings) {
      this.#handleReady(socket);
      return;
    }
    this.#enter("tls");
    const secured = connectTls({ ...tlsOptions(server.host, tlsSettings), socket });
    this.#watch(secured);
    secured.once("secureConnect", () => this.#handleReady(secured));
  }

  #connect({ host, port, tlsSettings }: Endpoint): Socket {
    const { family, path, keepAlive = false, keepAliveInitialDelayMs = 0 } = this.#destination.socketOptions;
    const options: TcpNetConnectOpts = {
      host,
      port,
      autoSelectFamilyAttemptTimeout: attemptTimeoutMs,
      ...(path === undefined ? {} : { path }),
      ...(family === undefined ? {} : { family }),
      ...(this.isReadByBuffer && this.#onread ? { onread: this.#onread } : {}),
    };
    const socket = tlsSettings ? connectTls({ ...options, ...tlsOptions(host, tlsSettings) }) : connectTcp(options);
    socket.once("connect", () => {
      socket.setNoDelay(true);
      socket.setKeepAlive(keepAlive, keepAliveInitialDelayMs);
    });
    this.#watch(socket);
    return socket;
  }

  /** A socket under TLS is closed with it, and has nothing to tell then. */
  #watch(socket: Socket): void {
    this.#socket = socket;
    socket.on("error", (error) => this.#fail(error));
    socket.once("close", () => {
      if (this.#socket === socket) {
        this.#handleClosed();
      }
    });
  }

  #fail(cause: unknown): void {
    this.#error ??= toConnectionError(cause, this.#phase, this.#destination);
    this.#socket?.destroy();
  }

  #handleReady(socket: Socket): void {
    if (!socket.destroyed) {
      this.#isOver = true;
      this.#listener.opened(socket);
    }
  }

  #handleClosed(): void {
    this.#cancelLimit();
    if (!this.#isOver) {
      this.#isOver = true;
      const error = this.#error ?? toConnectionError(undefined, this.#phase, this.#destination);
      this.#listener.closed(this.#isGivenUp ? undefined : error);
    }
  }

  #enter(phase: ConnectionPhase): void {
    this.#phase = phase;
    this.#listener.phase(phase);
  }

  #limitTime(): void {
    const { socketOptions, clock } = this.#destination;
    const limitMs = socketOptions.connectTimeoutMs;
    if (limitMs !== undefined) {
      this.#cancelLimit = clock.wakeAt(clock.now() + limitMs, () => {
        this.#fail(toTimeoutError(this.#phase, this.#destination, limitMs));
      });
    }
  }
}

function readyEvent(tlsSettings: TlsSettings | undefined): "connect" | "secureConnect" {
  return tlsSettings ? "secureConnect" : "connect";
}

/** An address has no place in SNI (RFC 6066), but is still what the certificate is checked against. */
function tlsOptions(host: string, tlsSettings: TlsSettings): ConnectionOptions {
  return { host, ...(isIP(host) === 0 ? { servername: host } : {}), ...tlsSettings };
}
