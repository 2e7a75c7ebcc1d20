/**
 * The option `websocketHandshakeTransform`: the application may sign the URL of the upgrade, or add headers to it,
 * before each attempt.
 */

import { validateHeaderName, validateHeaderValue } from "node:http";
import { InvalidArgumentError } from "@mqtt5/core";
import {
  afterwards,
  type Check,
  checkObject,
  type ChecksOf,
  checkString,
  parseFollowingUrl,
  type ServerUrl,
} from "@mqtt5/core/adapter";

/** The HTTP request that asks the server for a WebSocket. */
export interface WebSocketHandshakeRequest {
  /**
   * The URL of the server, `ws:` or `wss:`. The client passes it without user name and password, and removes them from
   * the URL that it gets back. In place of `wss:`, `ws:` needs the client option `allowInsecure`.
   */
  readonly url: string;
  /** The headers to send in addition to those of the WebSocket protocol. The client passes an empty object. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Returns the request to send instead of the given one. The client calls it before each attempt. It may be async.
 *
 * The attempt fails with the phase `prepare` if it throws, rejects, or returns something that is not a request.
 */
export type WebSocketHandshakeTransform = (
  request: WebSocketHandshakeRequest,
) => WebSocketHandshakeRequest | Promise<WebSocketHandshakeRequest>;

/** The request that is sent: the server, and the additional headers. */
export interface Handshake {
  /** The server, from the URL of the request. */
  readonly server: ServerUrl;
  /** The headers in addition to those of the WebSocket protocol. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The name of the option, for errors. */
const field = "websocketHandshakeTransform";

/**
 * Accepts an object of header names and values. The error does not quote the values, because they may be secrets, nor a
 * name that is none, because it may be a value in the wrong place. An iterable such as `Headers` is refused: its headers
 * are not properties of the object.
 */
const checkHeaders: Check = (value, path) => {
  if (typeof value !== "object" || value === null || Symbol.iterator in value) {
    throw new InvalidArgumentError({ field: path, limit: "an object of names and values" });
  }
  for (const [name, text] of Object.entries(value)) {
    if (!passes(() => validateHeaderName(name))) {
      throw new InvalidArgumentError({ field: path, limit: "an object whose names are names of HTTP headers" });
    }
    if (typeof text !== "string" || !passes(() => validateHeaderValue(name, text))) {
      throw new InvalidArgumentError({ field: `${path}.${name}`, limit: "a header that HTTP can carry, as a string" });
    }
  }
};

/** Returns true if the function does not throw. */
function passes(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

const checks: ChecksOf<WebSocketHandshakeRequest> = { url: checkString, headers: checkHeaders };

const checkRequest = checkObject(checks, "url", "headers");

/**
 * Calls the transform of the application, and checks its result. Throws or rejects with the error of the transform.
 *
 * @throws {InvalidArgumentError} The result is not a request, or its URL cannot be used.
 */
export function transformHandshake(
  transform: WebSocketHandshakeTransform,
  server: ServerUrl,
  allowInsecure: boolean,
): Handshake | PromiseLike<Handshake> {
  return afterwards(transform({ url: server.href, headers: {} }), (request) => {
    checkRequest(request, field);
    const rules = { schemes: ["ws", "wss"], allowInsecure } as const;
    return {
      server: parseFollowingUrl(request.url, server, rules, `${field}.url`),
      headers: { ...request.headers },
    };
  });
}
