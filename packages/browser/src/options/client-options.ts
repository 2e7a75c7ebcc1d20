import type { ClientOptions, WebSocketOptions } from "@mqtt5/core";
import type { WebSocketHandshakeTransform } from "../transports/handshake-transform.js";

/**
 * The options of the client in a browser. The URL has to be `ws:` or `wss:`. The constructor throws an
 * `InvalidArgumentError` for an unknown option.
 */
export interface Mqtt5ClientOptions extends ClientOptions {
  /** The options of the WebSocket. Default: the defaults of `WebSocketOptions`. */
  readonly webSocket?: WebSocketOptions;

  /**
   * Supplies the URL and the subprotocols of the WebSocket. Default: the option `url`, and the subprotocol `mqtt`.
   *
   * The client calls it before each attempt, so you can supply a fresh signature or token. The attempt fails with the
   * phase `prepare` if it throws, rejects, or returns something that is not a request. It has to settle within
   * `connectTimeoutMs`.
   */
  readonly websocketHandshakeTransform?: WebSocketHandshakeTransform;
}
