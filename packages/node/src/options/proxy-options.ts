/** The option `proxy`: the way to the server leads through another one. */

import { type Check, checkObject, type ChecksOf } from "@mqtt5/core/adapter";
import { InvalidArgumentError } from "@mqtt5/core";
import { parseProxyUrl } from "../proxies/proxy-url.js";
import { checkTlsOptions, type TlsOptions } from "./tls-options.js";

/** A proxy with TLS options of its own. */
export interface ProxyOptions {
  /** In the form of the option `proxy`. */
  readonly url: string;

  /** For the connection to an `https:` proxy, beside the option `tls`, which is for the server; otherwise left out. */
  readonly tls?: TlsOptions | undefined;
}

/** The URL is not quoted in an error: it may hold a password. */
const checkUrl: Check = (value, field) => {
  if (typeof value !== "string") {
    throw new InvalidArgumentError({ field, limit: "a URL, as a string" });
  }
  parseProxyUrl(value, field);
};

const checks: ChecksOf<ProxyOptions> = { url: checkUrl, tls: checkTlsOptions };

const checkProxyObject = checkObject(checks, "url");

export const checkProxy: Check = (value, field) => {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  (isObject ? checkProxyObject : checkUrl)(value, field);
};
