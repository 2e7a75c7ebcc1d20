/** Parses the URL of a proxy. It may contain a password, so no error quotes any part of it. */

import { InvalidArgumentError } from "@mqtt5/core";

/** The user name and the password for a proxy. */
export interface ProxyCredentials {
  /** The user name, decoded. */
  readonly username: string;
  /** The password, decoded. */
  readonly password: string;
}

/** The schemes that the URL of a proxy may have. */
const schemes = ["http", "https", "socks5"] as const;

/** The address of a proxy, and the credentials for it. */
export interface ProxyAddress {
  /** The protocol of the proxy. */
  readonly scheme: (typeof schemes)[number];
  /** The name or address of the proxy. An IPv6 address has no brackets. */
  readonly host: string;
  /** The port of the proxy. */
  readonly port: number;
  /** The credentials from the URL. It is undefined if the URL has none. */
  readonly credentials: ProxyCredentials | undefined;
}

/** The port for a URL without a port, by scheme. */
const defaultPorts: Readonly<Record<ProxyAddress["scheme"], number>> = { http: 80, https: 443, socks5: 1080 };

/** The length of the longest user name, and of the longest password, in SOCKS5, in bytes (RFC 1929). */
const longestSocksField = 255;

/**
 * Parses the URL of a proxy. `field` is the path of the option, for the error.
 *
 * @throws {InvalidArgumentError} The text is not the URL of a proxy. The error does not quote it.
 */
export function parseProxyUrl(text: string, field: string): ProxyAddress {
  const refuse = (limit: string): never => {
    throw new InvalidArgumentError({ field, limit });
  };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = schemes.find((each) => `${each}:` === url?.protocol);
  if (
    !url ||
    scheme === undefined ||
    url.hostname === "" ||
    url.port === "0" ||
    (url.pathname + url.search + url.hash).replace("/", "") !== ""
  ) {
    return refuse(`${schemes.map((each) => `${each}:`).join(", ")}//[user:password@]host[:port]`);
  }
  const credentials = credentialsOf(url);
  if (credentials === null) {
    return refuse("a URL with well-formed percent encoding");
  }
  if (credentials && !canCarry(scheme, credentials)) {
    return refuse(
      scheme === "socks5"
        ? "a URL with a user name and a password of 1 to 255 bytes each, or neither"
        : "a URL with a user name without colon, which Basic authentication cannot carry",
    );
  }
  return {
    scheme,
    host: url.hostname.replace(/^\[|\]$/gu, ""),
    port: url.port === "" ? defaultPorts[scheme] : Number(url.port),
    credentials,
  };
}

/** Returns the credentials of a URL: undefined if it has none, null if their percent encoding is malformed. */
function credentialsOf({ username, password }: URL): ProxyCredentials | null | undefined {
  try {
    return username === "" && password === ""
      ? undefined
      : { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return null;
  }
}

/** Returns true if the protocol of the proxy can carry these credentials. */
function canCarry(scheme: ProxyAddress["scheme"], { username, password }: ProxyCredentials): boolean {
  return scheme === "socks5"
    ? [username, password].every((text) => text !== "" && Buffer.byteLength(text) <= longestSocksField)
    : !username.includes(":");
}
