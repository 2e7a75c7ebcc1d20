import type { ClientOptions, WebSocketOptions } from "@mqtt5/core";
import type { WebSocketHandshakeTransform } from "../transports/handshake-transform.js";
import type { ProxyOptions } from "./proxy-options.js";
import type { SocketOptions } from "./socket-options.js";
import type { TlsOptions, TlsOptionsProvider } from "./tls-options.js";

/** The options of the client in Node. The constructor throws an `InvalidArgumentError` for an unknown option. */
export interface Mqtt5ClientOptions extends ClientOptions {
  /**
   * The TLS options of the connection to the server, or a function that supplies them before each attempt over TLS, so
   * that certificates can be renewed. Default: the defaults of {@link TlsOptions}. `connectTimeoutMs` limits the time of
   * the function.
   *
   * The constructor throws an `InvalidArgumentError` if no URL can be `mqtts:` or `wss:`.
   */
  readonly tls?: TlsOptions | TlsOptionsProvider;

  /** The options of the socket under every transport: TCP, or a Unix domain socket. Default: TCP. */
  readonly socket?: SocketOptions;

  /**
   * The proxy for the connections to every server, over every transport. Default: no proxy.
   *
   * A string is the URL of the proxy: `http:` (default port 80) or `https:` (443) for a proxy that knows CONNECT, or
   * `socks5:` (1080). The URL may contain a user name and a password, percent-encoded. Use an object if an `https:`
   * proxy needs TLS options of its own.
   *
   * The proxy resolves the name of the server. A failure before the proxy has connected is a `ConnectionError` with the
   * phase `proxy`. If the proxy refused, its `cause` is a {@link RefusalError}.
   *
   * The word `environment` stands for the variables of the environment, read before each attempt: `HTTPS_PROXY` for
   * servers over TLS, `HTTP_PROXY` for the others, `ALL_PROXY` for both, and `NO_PROXY` for servers without a proxy,
   * each also in lower case. By default the client does not read them.
   */
  readonly proxy?: string | ProxyOptions;

  /**
   * The options of the WebSocket. Default: the defaults of `WebSocketOptions`.
   *
   * The constructor throws an `InvalidArgumentError` if no URL can be `ws:` or `wss:`.
   */
  readonly webSocket?: WebSocketOptions;

  /**
   * Supplies the URL and the headers of the upgrade to WebSocket. Default: the option `url`, and no additional headers.
   *
   * The client calls it before each attempt, so you can supply a fresh signature or token. The attempt fails with the
   * phase `prepare` if it throws, rejects, or returns something that is not a request. It has to settle within
   * `connectTimeoutMs`.
   *
   * The constructor throws an `InvalidArgumentError` if no URL can be `ws:` or `wss:`.
   */
  readonly websocketHandshakeTransform?: WebSocketHandshakeTransform;
}
