import { checkBinary, checkText, refuseUnseen } from "../options/checks.js";

/** How the server is reached: TCP, TLS, WebSocket, WebSocket over TLS. */
export type UrlScheme = "mqtt" | "mqtts" | "ws" | "wss";

/** Where the server is, taken apart from the option `url`. */
export interface ServerUrl {
  readonly scheme: UrlScheme;
  /** Name or address; an IPv6 address stands without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query of the WebSocket request; empty for `mqtt` and `mqtts`. */
  readonly path: string;
  /** The URL without user info, which is never sent as part of a URL. */
  readonly href: string;
  /** The user info, decoded; it becomes user name and password of the CONNECT. */
  readonly username: string | undefined;
  readonly password: string | undefined;
}

const defaultPorts: Readonly<Record<UrlScheme, number>> = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 };

const defaultPath = "/mqtt";

/**
 * Takes a URL apart; throws an `InvalidArgumentError` where it is none, of another scheme, or not to be used. The error
 * does not quote it: it may hold a password, a signature or a token.
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
    // `mqtt:` is none of the schemes for which a parsed URL has the name in the form of the name service.
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
    return undefined; // no URL, or one with percent encoding that is none, or with user info that CONNECT cannot carry
  }
}

/** Whether a path was given, be it the shortest one, which a parsed URL has in any case. */
function givesPath(text: string): boolean {
  return /^[^/]*\/\/[^/?#]*\//u.test(text);
}
