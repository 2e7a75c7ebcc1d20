/**
 * The application's own hand in the opening of a WebSocket: it may sign the URL, or add subprotocols, anew for each
 * attempt. A browser lets nobody set headers.
 */

import { InvalidArgumentError } from "@mqtt5/core";
import {
  type Check,
  checkObject,
  type ChecksOf,
  checkString,
  mqttSubprotocol,
  parseServerUrl,
} from "@mqtt5/core/adapter";

/** What a WebSocket is opened with. */
export interface WebSocketHandshakeRequest {
  /** A `ws:` or `wss:` URL. It comes without user info, and what user info it is given is left out. */
  readonly url: string;
  /** With `mqtt` among them (MQTT-6.0.0-3), which is the one that the server has to choose. */
  readonly subprotocols: readonly string[];
}

/** Gives the request to use in place of this one; asked before each attempt. */
export type WebSocketHandshakeTransform = (
  request: WebSocketHandshakeRequest,
) => WebSocketHandshakeRequest | Promise<WebSocketHandshakeRequest>;

const name = "websocketHandshakeTransform";

/** What a subprotocol is: a token of HTTP (RFC 6455, section 4.1). A browser would quote another one in its error. */
const token = /^[\w!#$%&'*+.^`|~-]+$/;

/** A list of tokens with `mqtt` among them. The values are not quoted: they may be secrets. */
const checkSubprotocols: Check = (value, field) => {
  const isToken = (each: unknown): boolean => typeof each === "string" && token.test(each);
  if (!Array.isArray(value) || !value.includes(mqttSubprotocol) || !value.every(isToken)) {
    throw new InvalidArgumentError({ field, limit: `a list of HTTP tokens, ${mqttSubprotocol} among them` });
  }
};

const checkRequest = /* @__PURE__ */ checkObject(
  { url: checkString, subprotocols: checkSubprotocols } satisfies ChecksOf<WebSocketHandshakeRequest>,
  "url",
  "subprotocols",
);

/** Asks the application; rejects with what it throws, or with an `InvalidArgumentError` for what it gives. */
export async function transformHandshake(
  transform: WebSocketHandshakeTransform,
  request: WebSocketHandshakeRequest,
): Promise<WebSocketHandshakeRequest> {
  const result = await transform(request);
  checkRequest(result, name);
  return { ...result, url: parseServerUrl(result.url, ["ws", "wss"], `${name}.url`).href };
}
