/** The destination of a transport. */

import type { Clock, ServerUrl } from "@mqtt5/core/adapter";
import type { ProxySettings } from "../proxies/proxy-settings.js";
import type { SocketOptions } from "../options/socket-options.js";
import type { TlsSettings } from "../tls/tls-settings.js";

/** The server that a transport connects to, and the way to it. */
export interface Destination {
  /** The server. */
  readonly server: ServerUrl;
  /** The option `socket`, or an empty object. */
  readonly socketOptions: SocketOptions;
  /** The TLS settings for the server. It is undefined for a scheme without TLS. */
  readonly tlsSettings: TlsSettings | undefined;
  /** The proxy. It is absent or undefined if the client connects to the server directly. */
  readonly proxy?: ProxySettings | undefined;
  /** The clock for time limits. */
  readonly clock: Clock;
}

/** Returns host and port as in a URL. Messages use them alone, because the rest of a URL may contain secrets. */
export function authorityOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
