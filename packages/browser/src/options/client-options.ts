import type { ClientOptions, WebSocketOptions } from "@mqtt5/core";
import type { WebSocketHandshakeTransform } from "../transports/handshake-transform.js";

/** The options of the client in a browser. The URL is a `ws:` or `wss:` one. */
export interface Mqtt5ClientOptions extends ClientOptions {
  /** How packets are put into WebSocket messages. */
  readonly webSocket?: WebSocketOptions;

  /**
   * Gives URL and subprotocols of the WebSocket, asked for before each attempt, so that a signature or a token can be
   * fresh. What it throws or rejects with, and what it gives that is no such request, fails the attempt in the phase
   * `prepare`; it is bounded by `connectTimeoutMs`.
   */
  readonly websocketHandshakeTransform?: WebSocketHandshakeTransform;
}
