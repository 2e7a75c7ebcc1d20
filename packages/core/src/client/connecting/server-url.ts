import type { ServerUrl, UrlScheme } from "../../ports/server-url.js";
import { checkBinary, checkText, refuseUnseen } from "../options/checks.js";

const defaultPorts: ReadonlyMap<string, number> = /* @__PURE__ */ new Map<UrlScheme, number>([
  ["mqtt", 1883],
  ["mqtts", 8883],
  ["ws", 80],
  ["wss", 443],
]);

/** The schemes that a URL may have; `any` with the option `transport`. */
export type AllowedSchemes = readonly UrlScheme[] | "any";

const defaultPath = "/mqtt";

/**
 * Parses a URL. The error does not quote it, since it may contain a password, a signature or a token.
 *
 * @throws {InvalidArgumentError} the URL is invalid, or has another scheme
 */
export function parseServerUrl(text: string, schemes: AllowedSchemes, field = "url"): ServerUrl {
  const form = `${schemes === "any" ? "scheme" : schemes.join("|")}://[user:password@]host[:port][/path of a WebSocket], percent-encoded`;
  return takeApart(text, schemes) ?? refuseUnseen(field, form);
}

/** Names a server by host and port: without credentials, path and query, so that the name can be shown. */
export function serverNameOf({ host, port, path }: ServerUrl): string {
  const name = host.includes(":") ? `[${host}]` : host;
  // Only the transport of the application knows a URL without a host.
  return name === "" ? path.replace(/\?.*/su, "") : `${name}:${port}`;
}

/** Returns true for a scheme over TLS. */
export function isSecure({ scheme }: Pick<ServerUrl, "scheme">): boolean {
  return scheme === "mqtts" || scheme === "wss";
}

/** The rules for a URL that replaces another one. */
export interface FollowingRules {
  /** The schemes that it may have. */
  readonly schemes: AllowedSchemes;
  /** True allows a URL without TLS in place of one with TLS. */
  readonly allowInsecure: boolean;
}

/**
 * Parses a URL that replaces `from`, because a server referred to it or the application transformed a handshake. By
 * default a URL without TLS never replaces one with TLS: it would send credentials in clear.
 *
 * @throws {InvalidArgumentError} the URL is invalid, has another scheme, or has no TLS where `from` has it
 */
export function parseFollowingUrl(
  text: string,
  from: ServerUrl,
  { schemes, allowInsecure }: FollowingRules,
  field: string,
): ServerUrl {
  const url = parseServerUrl(text, schemes, field);
  if (isSecure(from) && !isSecure(url) && !allowInsecure) {
    refuseUnseen(field, `a URL with TLS, because it replaces ${from.scheme}:, unless allowInsecure is true`);
  }
  return url;
}

function takeApart(text: string, schemes: AllowedSchemes): ServerUrl | undefined {
  try {
    const url = new URL(text);
    const scheme = url.protocol.slice(0, -1);
    const defaultPort = defaultPorts.get(scheme);
    const isAllowed = schemes === "any" || schemes.some((each) => each === scheme);
    const isWebSocket = scheme === "ws" || scheme === "wss";
    const isUsable = url.hostname !== "" && url.port !== "0" && url.hash === "";
    const hasPath = (url.pathname + url.search).length > 1;
    // Only the transport of the application knows what else the URL of an unknown scheme has to have.
    if (!isAllowed || (defaultPort !== undefined && (!isUsable || (hasPath && !isWebSocket)))) {
      return undefined;
    }
    const path =
      defaultPort === undefined
        ? url.pathname + url.search
        : isWebSocket
          ? (givesPath(text) ? url.pathname : defaultPath) + url.search
          : "";
    const port = url.port === "" ? (defaultPort ?? 0) : Number(url.port);
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
 * Tells whether the text has a path. The parsed URL cannot tell: it has at least the path `/`. As the URL parser does
 * for `ws:`, it takes any number of slashes before the host, and a backslash for a slash, and ignores tabs and line
 * ends.
 */
function givesPath(text: string): boolean {
  return /^[^:]*:[/\\]*[^/\\?#]+[/\\]/u.test(text.replace(/[\t\r\n]/g, ""));
}
