/** The proxy as the option `proxy` says it, made ready once a client. */

import { InvalidArgumentError } from "@mqtt5/core";
import type { ProxyOptions } from "../options/proxy-options.js";
import { parseProxyUrl, type ProxyAddress } from "./proxy-url.js";
import { type TlsSettings, toTlsSettings } from "../tls/tls-settings.js";

/** Where a proxy is, and how it is spoken to. */
export interface ProxySettings extends ProxyAddress {
  /** Undefined where there is no TLS to the proxy itself. */
  readonly tlsSettings: TlsSettings | undefined;
}

/** Takes the option apart, which has passed its check; throws an `InvalidArgumentError` for what does not go together. */
export function toProxySettings(proxy: string | ProxyOptions): ProxySettings {
  const { url, tls } = typeof proxy === "string" ? { url: proxy, tls: undefined } : proxy;
  const address = parseProxyUrl(url, "proxy");
  if (address.scheme === "https") {
    return { ...address, tlsSettings: toTlsSettings(tls ?? {}, "proxy.tls") };
  }
  if (tls) {
    throw new InvalidArgumentError({ field: "proxy.tls", limit: "left out where the proxy is not https:" });
  }
  return { ...address, tlsSettings: undefined };
}
