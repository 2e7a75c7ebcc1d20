/** `proxy: "environment"`: the variables by which most programs are told their proxy. */

import { isSecure, type ServerUrl } from "@mqtt5/core/adapter";
import { getProxyForUrl } from "proxy-from-env";
import { authorityOf } from "../transports/destination.js";
import { type ProxySettings, toProxySettings } from "./proxy-settings.js";

/**
 * Returns the proxy that the environment names for this server, or undefined. `HTTPS_PROXY` is for servers over TLS,
 * `HTTP_PROXY` for the others, `ALL_PROXY` for both, and `NO_PROXY` lists servers without a proxy.
 *
 * @throws {InvalidArgumentError} The variable does not hold the URL of a proxy. The error does not quote it.
 */
export function proxyFromEnvironment(server: ServerUrl): ProxySettings | undefined {
  const proxy = getProxyForUrl(`${isSecure(server) ? "https" : "http"}://${authorityOf(server)}`);
  // curl's `socks5h:` means that the proxy resolves the name of the server. Here it always does.
  return proxy === "" ? undefined : toProxySettings(proxy.replace(/^socks5h:/i, "socks5:"), "proxy (environment)");
}
