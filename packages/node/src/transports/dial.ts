/**
 * Opens the socket under every transport. The phases are: resolve the name, connect with TCP, open the tunnel through a
 * proxy, and do the TLS handshake if the URL asks for it. The listener is told each phase when it begins, so that an
 * error can name the phase in which it happened.
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

/**
 * The callbacks of {@link Dialling}. It calls `phase` for each phase, then either `opened` or `closed`, then nothing
 * more.
 */
export interface DialListener {
  /** A phase begins. */
  phase(phase: ConnectionPhase): void;

  /** The socket is ready for the layer above. It belongs to that layer from now on. */
  opened(socket: Socket): void;

  /** The socket could not be opened, for this cause. There is no cause if `abort` was called. */
  closed(error?: MqttError): void;
}

/** The next program to connect to: the server, or the proxy. */
interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly tlsSettings: TlsSettings | undefined;
}

/**
 * The time for one of several addresses before the next one is tried, in milliseconds. Node's default of 250 is too
 * short: a server may be far away or behind a slow link, and TCP repeats a lost first packet only after a second.
 */
const attemptTimeoutMs = 2_500;

/** The opening of one socket, from the constructor to `opened` or `closed`. */
export class Dialling {
  readonly #destination: Destination;
  readonly #listener: DialListener;
  readonly #onread: OnReadOpts | undefined;
  #phase: ConnectionPhase = "tcp";
  /** The topmost socket. Destroying it also destroys the sockets under it. */
  #socket: Socket | undefined;
  #error: MqttError | undefined;
  #isGivenUp = false;
  #isOver = false;
  #cancelLimit: () => void = () => undefined;

  /**
   * Starts to open the socket. `onread` is the buffer for the bytes that arrive. It has no effect on a connection
   * through a proxy, which is read as a stream.
   */
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

  /** True if the open socket passes the bytes that it reads to `onread`. */
  get isReadByBuffer(): boolean {
    return this.#onread !== undefined && this.#destination.proxy === undefined;
  }

  /** Stops opening the socket; `closed` follows. Does nothing after `opened` or `closed`. */
  abort(): void {
    if (!this.#isOver) {
      this.#isGivenUp = true;
      this.#socket?.destroy();
    }
  }

  /** Connects to the server directly. */
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

  /** Connects to the proxy and opens the tunnel. Every failure before the proxy's answer has the phase `proxy`. */
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

  /** The tunnel is open: continues with TLS to the server, if the URL asks for it. */
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

  /** Opens a socket to an endpoint. */
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

  /**
   * Listens for the end of the topmost socket. A socket under TLS closes with it, and its own events are ignored then.
   */
  #watch(socket: Socket): void {
    this.#socket = socket;
    socket.on("error", (error) => this.#fail(error));
    socket.once("close", () => {
      if (this.#socket === socket) {
        this.#handleClosed();
      }
    });
  }

  /** Keeps the first error, and destroys the socket. */
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

  /** Begins a phase, and tells the listener. */
  #enter(phase: ConnectionPhase): void {
    this.#phase = phase;
    this.#listener.phase(phase);
  }

  /** Starts the time limit `connectTimeoutMs` of the option `socket`. */
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

/** Returns the event of a socket that is ready for the layer above. */
function readyEvent(tlsSettings: TlsSettings | undefined): "connect" | "secureConnect" {
  return tlsSettings ? "secureConnect" : "connect";
}

/**
 * Returns the options for TLS to a host. An IP address is not allowed in SNI (RFC 6066), but the certificate is checked
 * for it.
 */
function tlsOptions(host: string, tlsSettings: TlsSettings): ConnectionOptions {
  return { host, ...(isIP(host) === 0 ? { servername: host } : {}), ...tlsSettings };
}
