import type { ClientOptions, WebSocketOptions } from "@mqtt5/core";
import type { WebSocketHandshakeTransform } from "../transports/handshake-transform.js";
import type { ProxyOptions } from "./proxy-options.js";
import type { SocketOptions } from "./socket-options.js";
import type { TlsOptions } from "./tls-options.js";

/** The options of the client in Node. */
export interface Mqtt5ClientOptions extends ClientOptions {
  /** For `mqtts:` and `wss:`; with another URL it is an `InvalidArgumentError`. */
  readonly tls?: TlsOptions;

  /** The connection under every transport: TCP, or a Unix domain socket. */
  readonly socket?: SocketOptions;

  /**
   * A proxy on the way to every server, whatever the transport: the URL `http:` (port 80) or `https:` (443) of a proxy
   * that knows CONNECT, or `socks5:` (1080), with user name and password in it where it wants them, percent-encoded;
   * an object where an `https:` proxy needs TLS options. It resolves the server's name. What fails up to its answer is a
   * `ConnectionError` of the phase `proxy`, with a `RefusalError` as `cause` where it said no. Environment variables
   * such as `HTTPS_PROXY` and `NO_PROXY` are not read.
   */
  readonly proxy?: string | ProxyOptions;

  /** For `ws:` and `wss:`; with another URL it is an `InvalidArgumentError`. */
  readonly webSocket?: WebSocketOptions;

  /**
   * Gives URL and headers of the upgrade to WebSocket, asked for before each attempt, so that a signature or a token can
   * be fresh. What it throws or rejects with, and what it gives that is no such request, fails the attempt in the phase
   * `prepare`; it is bounded by `connectTimeoutMs`. With a URL other than `ws:` and `wss:` it is an
   * `InvalidArgumentError`.
   */
  readonly websocketHandshakeTransform?: WebSocketHandshakeTransform;
}
