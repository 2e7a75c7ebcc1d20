/** Where a transport leads, and on what way. */

import type { Clock, ServerUrl } from "@mqtt5/core/adapter";
import type { ProxySettings } from "../proxies/proxy-settings.js";
import type { SocketOptions } from "../options/socket-options.js";
import type { TlsSettings } from "../tls/tls-settings.js";

/** Where to, and how. */
export interface Destination {
  readonly server: ServerUrl;
  readonly socketOptions: SocketOptions;
  /** Undefined for a scheme without TLS. */
  readonly tlsSettings: TlsSettings | undefined;
  /** Left out where the server is dialled itself. */
  readonly proxy?: ProxySettings | undefined;
  readonly clock: Clock;
}

/** Whether TLS is between the client and the server. */
export function isSecure({ scheme }: ServerUrl): boolean {
  return scheme === "mqtts" || scheme === "wss";
}

/** Host and port as in a URL; the rest of a URL may hold what is nobody's business. */
export function authorityOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
