/** The URL of a proxy, taken apart. It may hold a password, so nothing of it is ever quoted. */

import { InvalidArgumentError } from "@mqtt5/core";

/** Name and password for a proxy. */
export interface ProxyCredentials {
  readonly username: string;
  readonly password: string;
}

const schemes = ["http", "https", "socks5"] as const;

/** Where a proxy is. */
export interface ProxyAddress {
  readonly scheme: (typeof schemes)[number];
  /** Name or address; an IPv6 address stands without brackets. */
  readonly host: string;
  readonly port: number;
  readonly credentials: ProxyCredentials | undefined;
}

const defaultPorts: Readonly<Record<ProxyAddress["scheme"], number>> = { http: 80, https: 443, socks5: 1080 };

/** The longest name, and the longest password, that SOCKS5 carries, in bytes (RFC 1929). */
const longestSocksField = 255;

/** Throws an `InvalidArgumentError`, which quotes nothing, for a URL that is none of a proxy. */
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

/** Undefined where there are none, null where they are not encoded well. */
function credentialsOf({ username, password }: URL): ProxyCredentials | null | undefined {
  try {
    return username === "" && password === ""
      ? undefined
      : { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return null;
  }
}

function canCarry(scheme: ProxyAddress["scheme"], { username, password }: ProxyCredentials): boolean {
  return scheme === "socks5"
    ? [username, password].every((text) => text !== "" && Buffer.byteLength(text) <= longestSocksField)
    : !username.includes(":");
}
