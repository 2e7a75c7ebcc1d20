import { checkBinary, checkText, refuseUnseen } from "../options/checks.js";

/** The way to the server: TCP, TLS, WebSocket, or WebSocket over TLS. */
export type UrlScheme = "mqtt" | "mqtts" | "ws" | "wss";

/** The parts of the option `url`. */
export interface ServerUrl {
  /** The scheme of the URL. */
  readonly scheme: UrlScheme;
  /** The name or address. An IPv6 address has no brackets. */
  readonly host: string;
  /** The port; the default port of the scheme if the URL has none. */
  readonly port: number;
  /** The path and query of the WebSocket request; empty for `mqtt` and `mqtts`. */
  readonly path: string;
  /** The URL without user info, which is never sent as part of a URL. */
  readonly href: string;
  /** The decoded user name for the CONNECT; undefined without user info. */
  readonly username: string | undefined;
  /** The decoded password for the CONNECT; undefined without one. */
  readonly password: string | undefined;
}

const defaultPorts: Readonly<Record<UrlScheme, number>> = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 };

const defaultPath = "/mqtt";

/**
 * Parses a URL. The error does not quote it, since it may contain a password, a signature or a token.
 *
 * @throws {InvalidArgumentError} the URL is invalid, or has another scheme
 */
export function parseServerUrl(text: string, schemes: readonly UrlScheme[], field = "url"): ServerUrl {
  const form = `${schemes.join("|")}://[user:password@]host[:port][/path of a WebSocket], percent-encoded`;
  return takeApart(text, schemes) ?? refuseUnseen(field, form);
}

function takeApart(text: string, schemes: readonly UrlScheme[]): ServerUrl | undefined {
  try {
    const url = new URL(text);
    const scheme = schemes.find((each) => `${each}:` === url.protocol);
    const isWebSocket = scheme === "ws" || scheme === "wss";
    const hasPath = (url.pathname + url.search).length > 1;
    if (scheme === undefined || !url.hostname || url.port === "0" || url.hash || (hasPath && !isWebSocket)) {
      return undefined;
    }
    const path = isWebSocket ? (givesPath(text) ? url.pathname : defaultPath) + url.search : "";
    const port = url.port === "" ? defaultPorts[scheme] : Number(url.port);
    // The URL parser converts a name with non-ASCII characters only for schemes such as `ws:`, not for `mqtt:`.
    const { hostname } = url.hostname.includes("%") ? new URL(`ws://${url.hostname}`) : url;
    const username = decodeURIComponent(url.username);
    const password = decodeURIComponent(url.password);
    checkText(username, "username");
    checkBinary(password, "password");
    return {
      scheme,
      host: hostname.replace(/[[\]]/g, ""),
      port,
      path,
      href: `${scheme}://${hostname}:${port}${path}`,
      username: username + password === "" ? undefined : username,
      password: password === "" ? undefined : password,
    };
  } catch {
    return undefined; // an invalid URL or percent encoding, or user info that CONNECT cannot carry
  }
}

/**
 * Tells whether the text has a path. The parsed URL cannot tell: it has at least the path `/`. As the URL parser does for
 * `ws:`, it takes any number of slashes before the host, and a backslash for a slash, and ignores tabs and line ends.
 */
function givesPath(text: string): boolean {
  return /^[^:]*:[/\\]*[^/\\?#]+[/\\]/u.test(text.replace(/[\t\r\n]/g, ""));
}
