/** The option `proxy` in the form that the transports use. It is prepared once for each client. */

import { InvalidArgumentError } from "@mqtt5/core";
import type { ProxyOptions } from "../options/proxy-options.js";
import { parseProxyUrl, type ProxyAddress } from "./proxy-url.js";
import { type TlsSettings, toTlsSettings } from "../tls/tls-settings.js";

/** The address of a proxy, and the TLS settings of the connection to it. */
export interface ProxySettings extends ProxyAddress {
  /** The TLS settings for the proxy itself. It is undefined if the proxy is not `https:`. */
  readonly tlsSettings: TlsSettings | undefined;
}

/**
 * Returns the settings for a value of the option `proxy` that has passed its check. `field` is the path of the option,
 * for the error.
 *
 * @throws {InvalidArgumentError} TLS options are given for a proxy that is not `https:`, or they cannot be used.
 */
export function toProxySettings(proxy: string | ProxyOptions, field = "proxy"): ProxySettings {
  const { url, tls } = typeof proxy === "string" ? { url: proxy, tls: undefined } : proxy;
  const address = parseProxyUrl(url, field);
  if (address.scheme === "https") {
    return { ...address, tlsSettings: toTlsSettings(tls ?? {}, "proxy.tls") };
  }
  if (tls) {
    throw new InvalidArgumentError({ field: "proxy.tls", limit: "left out where the proxy is not https:" });
  }
  return { ...address, tlsSettings: undefined };
}
