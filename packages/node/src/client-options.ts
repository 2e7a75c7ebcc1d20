import type { ClientOptions, WebSocketOptions } from "@mqtt5/core";
import type { WebSocketHandshakeTransform } from "./handshake-transform.js";
import type { SocketOptions } from "./socket-options.js";
import type { TlsOptions } from "./tls-options.js";

/** The options of the client in Node. */
export interface Mqtt5ClientOptions extends ClientOptions {
  /** For `mqtts:` and `wss:`; with another URL it is an `InvalidArgumentError`. */
  readonly tls?: TlsOptions;

  /** The TCP connection under every transport. */
  readonly socket?: SocketOptions;

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
