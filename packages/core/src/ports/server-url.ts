/** The way to the server: TCP, TLS, WebSocket, or WebSocket over TLS. */
export type UrlScheme = "mqtt" | "mqtts" | "ws" | "wss";

/** The parts of the option `url`. */
export interface ServerUrl {
  /** The scheme of the URL, without a colon: a {@link UrlScheme}, or with the option `transport` any other. */
  readonly scheme: string;
  /** The name or address. An IPv6 address has no brackets. Empty only with the option `transport`. */
  readonly host: string;
  /** The port; the default port of the scheme if the URL has none, and 0 for a scheme that the client does not know. */
  readonly port: number;
  /** The path and query of the WebSocket request, or of an unknown scheme; empty for `mqtt` and `mqtts`. */
  readonly path: string;
  /** The URL without user info, which is never sent as part of a URL. */
  readonly href: string;
  /** The decoded user name for the CONNECT; undefined without user info. */
  readonly username: string | undefined;
  /** The decoded password for the CONNECT; undefined without one. */
  readonly password: string | undefined;
}
