import { refuse } from "../codec/arguments.js";
import { checkBinary, checkText } from "./checks.js";

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

/** Takes a URL apart; throws an `InvalidArgumentError` where it is none, of another scheme, or not to be used. */
export function parseServerUrl(text: string, schemes: readonly UrlScheme[], field = "url"): ServerUrl {
  const known = takeApart(text, schemes);
  if (known !== undefined) {
    return known;
  }
  const form = `${schemes.join("|")}://[user:password@]host[:port], percent-encoded, with a /path for WebSocket only`;
  return refuse(field, withoutSecrets(text), form);
}

/**
 * Leaves out the user info, which reaches to the last `@`, since a password that was not encoded may have any character
 * in it; and the query, which may hold a signature or a token.
 */
function withoutSecrets(text: string): string {
  return text.replace(/^([^:]*:[/\\]*)?.*(?=@)|[?#].*/gsu, "$1…");
}

function takeApart(text: string, schemes: readonly UrlScheme[]): ServerUrl | undefined {
  try {
    const { protocol, hostname, port, pathname, search, hash, username, password } = new URL(text);
    const scheme = schemes.find((each) => `${each}:` === protocol);
    const isWebSocket = scheme === "ws" || scheme === "wss";
    const hasPath = (pathname + search).length > 1;
    if (scheme === undefined || hostname === "" || port === "0" || hash !== "" || (hasPath && !isWebSocket)) {
      return undefined;
    }
    const path = isWebSocket ? (givesPath(text) ? pathname : defaultPath) + search : "";
    const portNumber = port === "" ? defaultPorts[scheme] : Number(port);
    // `mqtt:` is none of the schemes for which a parsed URL has the name in the form of the name service.
    const name = hostname.includes("%") ? new URL(`ws://${hostname}`).hostname : hostname;
    const userInfo = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
    checkText(userInfo.username, "username");
    checkBinary(userInfo.password, "password");
    return {
      scheme,
      host: name.replace(/^\[|\]$/gu, ""),
      port: portNumber,
      path,
      href: `${scheme}://${name}:${String(portNumber)}${path}`,
      username: username + password === "" ? undefined : userInfo.username,
      password: password === "" ? undefined : userInfo.password,
    };
  } catch {
    return undefined; // no URL, or one with percent encoding that is none, or with user info that CONNECT cannot carry
  }
}

/** Whether a path was given, be it the shortest one, which a parsed URL has in any case. */
function givesPath(text: string): boolean {
  return /^[^/]*\/\/[^/?#]*\//u.test(text);
}
