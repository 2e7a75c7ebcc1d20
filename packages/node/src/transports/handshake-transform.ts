/**
 * The application's own hand in the upgrade to WebSocket: it may sign the URL or add headers, anew for each attempt.
 */

import { validateHeaderName, validateHeaderValue } from "node:http";
import { InvalidArgumentError } from "@mqtt5/core";
import {
  afterwards,
  type Check,
  checkObject,
  type ChecksOf,
  checkString,
  parseServerUrl,
  type ServerUrl,
} from "@mqtt5/core/adapter";

/** The request that asks for a WebSocket. */
export interface WebSocketHandshakeRequest {
  /** A `ws:` or `wss:` URL. It comes without user info, and what user info it is given is left out. */
  readonly url: string;
  /** Headers beside those of the WebSocket protocol; none at first. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Gives the request to send in place of this one; asked before each attempt. */
export type WebSocketHandshakeTransform = (
  request: WebSocketHandshakeRequest,
) => WebSocketHandshakeRequest | Promise<WebSocketHandshakeRequest>;

/** Where the request goes, and with what. */
export interface Handshake {
  readonly server: ServerUrl;
  readonly headers: Readonly<Record<string, string>>;
}

const field = "websocketHandshakeTransform";

/** The values are not quoted: they may be secrets. What can be iterated, as `Headers` can, has none where it is looked for. */
const checkHeaders: Check = (value, path) => {
  if (typeof value !== "object" || value === null || Symbol.iterator in value) {
    throw new InvalidArgumentError({ field: path, limit: "an object of names and values" });
  }
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== "string" || !isHeader(name, text)) {
      throw new InvalidArgumentError({ field: `${path}.${name}`, limit: "a header that HTTP can carry, as a string" });
    }
  }
};

function isHeader(name: string, text: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
    return true;
  } catch {
    return false;
  }
}

const checks: ChecksOf<WebSocketHandshakeRequest> = { url: checkString, headers: checkHeaders };

const checkRequest = checkObject(checks, "url", "headers");

/** Asks the application; throws or rejects with what it does, or with an `InvalidArgumentError` for what it gives. */
export function transformHandshake(
  transform: WebSocketHandshakeTransform,
  server: ServerUrl,
): Handshake | PromiseLike<Handshake> {
  return afterwards(transform({ url: server.href, headers: {} }), (request) => {
    checkRequest(request, field);
    return { server: parseServerUrl(request.url, ["ws", "wss"], `${field}.url`), headers: { ...request.headers } };
  });
}
