/** The option `proxy`, and its check. */

import { type Check, checkObject, type ChecksOf } from "@mqtt5/core/adapter";
import { InvalidArgumentError } from "@mqtt5/core";
import { parseProxyUrl } from "../proxies/proxy-url.js";
import { checkTlsOptions, type TlsOptions } from "./tls-options.js";

/** The URL of a proxy, with the TLS options of the connection to it. */
export interface ProxyOptions {
  /** The URL of the proxy, in the form that the option `proxy` describes. */
  readonly url: string;

  /**
   * The TLS options of the connection to an `https:` proxy. The client option `tls` is for the server and does not
   * apply here. Default: the defaults of {@link TlsOptions}.
   *
   * The constructor of the client throws an `InvalidArgumentError` if the proxy is not `https:`.
   */
  readonly tls?: TlsOptions | undefined;
}

/** Accepts the URL of a proxy. The error does not quote the value, because it may contain a password. */
const checkUrl: Check = (value, field) => {
  if (typeof value !== "string") {
    throw new InvalidArgumentError({ field, limit: "a URL, as a string" });
  }
  parseProxyUrl(value, field);
};

const checks: ChecksOf<ProxyOptions> = { url: checkUrl, tls: checkTlsOptions };

const checkProxyObject = checkObject(checks, "url");

/** Accepts a value of the option `proxy`: a URL, the word `environment`, or an object of {@link ProxyOptions}. */
export const checkProxy: Check = (value, field) => {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (value !== "environment") {
    (isObject ? checkProxyObject : checkUrl)(value, field);
  }
};
