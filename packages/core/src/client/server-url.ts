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
const largestPort = 65_535;

const pattern =
  /^(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?:(?<user>[^@/?#:]*)(?::(?<password>[^@/?#]*))?@)?(?<host>\[[0-9a-f:.%]+\]|[^:/?#@[\]\s]+)(?::(?<port>\d+))?(?<path>[/?][^#\s]*)?$/iu;

/** Takes a URL apart; throws an `InvalidArgumentError` without the user info where it is none, or of another scheme. */
export function parseServerUrl(url: string, schemes: readonly UrlScheme[]): ServerUrl {
  const parts = pattern.exec(url)?.groups;
  const scheme = schemes.find((each) => each === parts?.["scheme"]?.toLowerCase());
  const host = parts?.["host"];
  if (scheme === undefined || host === undefined) {
    return fail("url", withoutUserInfo(url), `${schemes.map((each) => `${each}:`).join(", ")}//host[:port][/path]`);
  }
  const port = Number(parts?.["port"] ?? defaultPorts[scheme]);
  if (port < 1 || port > largestPort) {
    return fail("url", withoutUserInfo(url), `a URL with a port from 1 to ${String(largestPort)}`);
  }
  const path = parts?.["path"] ?? "";
  const isWebSocket = scheme === "ws" || scheme === "wss";
  if (!isWebSocket && path !== "" && path !== "/") {
    return fail("url", withoutUserInfo(url), `a URL without a path, ${scheme} having none`);
  }
  const requestPath = isWebSocket ? webSocketPath(path) : "";
  return {
    scheme,
    host: host.replace(/^\[(.*)\]$/u, "$1"),
    port,
    path: requestPath,
    href: `${scheme}://${host}:${String(port)}${requestPath}`,
    username: decode(parts?.["user"], url),
    password: decode(parts?.["password"], url),
  };
}

function webSocketPath(path: string): string {
  if (path === "") {
    return defaultPath;
  }
  return path.startsWith("?") ? defaultPath + path : path;
}

function decode(text: string | undefined, url: string): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    return fail("url", withoutUserInfo(url), "a URL with well-formed percent encoding");
  }
}

function withoutUserInfo(url: string): string {
  return url.replace(/\/\/[^/?#]*@/u, "//");
}
