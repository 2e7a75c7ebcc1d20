import { fail } from "./checks.js";

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

/** Takes a URL apart; throws an `InvalidArgumentError` without the user info where it is none, or of another scheme. */
export function parseServerUrl(text: string, schemes: readonly UrlScheme[], field = "url"): ServerUrl {
  const refuse = (limit: string): never => fail(field, text.replace(/\/\/[^/?#]*@/u, "//"), limit);
  const url = parse(text);
  const scheme = schemes.find((each) => `${each}:` === url?.protocol);
  if (url === undefined || scheme === undefined || url.hostname === "" || url.hash !== "" || url.port === "0") {
    return refuse(`${schemes.map((each) => `${each}:`).join(", ")}//host[:port][/path]`);
  }
  const isWebSocket = scheme === "ws" || scheme === "wss";
  if (!isWebSocket && (url.pathname + url.search).length > 1) {
    return refuse("a URL without a path");
  }
  const { hostname, port, username, password } = url;
  const path = isWebSocket ? (hasPath(text) ? url.pathname : defaultPath) + url.search : "";
  const portNumber = port === "" ? defaultPorts[scheme] : Number(port);
  try {
    return {
      scheme,
      host: hostname.replace(/^\[|\]$/gu, ""),
      port: portNumber,
      path,
      href: `${scheme}://${hostname}:${String(portNumber)}${path}`,
      username: username === "" && password === "" ? undefined : decodeURIComponent(username),
      password: password === "" ? undefined : decodeURIComponent(password),
    };
  } catch {
    return refuse("a URL with well-formed percent encoding");
  }
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Whether a path was given, be it the shortest one, which a parsed URL has in any case. */
function hasPath(text: string): boolean {
  return /^[^/]*\/\/[^/?#]*\//u.test(text);
}
