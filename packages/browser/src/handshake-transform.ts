/**
 * The application's own hand in the opening of a WebSocket: it may sign the URL, or add subprotocols, anew for each
 * attempt. A browser lets nobody set headers.
 */

import { InvalidArgumentError } from "@mqtt5/core";
import {
  afterwards,
  type Check,
  checkObject,
  type ChecksOf,
  checkString,
  mqttSubprotocol,
  parseServerUrl,
  type ServerUrl,
} from "@mqtt5/core/adapter";

/** What a WebSocket is opened with. */
export interface WebSocketHandshakeRequest {
  /** A `ws:` or `wss:` URL. It comes without user info, and what user info it is given is left out. */
  readonly url: string;
  /** Different ones, `mqtt` among them (MQTT-6.0.0-3), which is the one that the server has to choose. */
  readonly subprotocols: readonly string[];
}

/** Gives the request to use in place of this one; asked before each attempt. */
export type WebSocketHandshakeTransform = (
  request: WebSocketHandshakeRequest,
) => WebSocketHandshakeRequest | Promise<WebSocketHandshakeRequest>;

/** What the WebSocket is opened with. */
export interface Handshake {
  readonly server: ServerUrl;
  readonly subprotocols: readonly string[];
}

const name = "websocketHandshakeTransform";

/** What a subprotocol is made of (RFC 6455, section 4.1). The values are not quoted: they may be secrets. */
const token = /^[!#$%&'*+.^_`|~\w-]+$/;

const checkSubprotocols: Check = (value, field) => {
  const isList =
    Array.isArray(value) &&
    value.every((each) => typeof each === "string" && token.test(each)) &&
    value.includes(mqttSubprotocol) &&
    new Set(value).size === value.length;
  if (!isList) {
    throw new InvalidArgumentError({ field, limit: `a list of different tokens, "${mqttSubprotocol}" among them` });
  }
};

const checkRequest = /* @__PURE__ */ checkObject(
  { url: checkString, subprotocols: checkSubprotocols } satisfies ChecksOf<WebSocketHandshakeRequest>,
  "url",
  "subprotocols",
);

/** Asks the application; throws or rejects with what it does, or with an `InvalidArgumentError` for what it gives. */
export function transformHandshake(
  transform: WebSocketHandshakeTransform,
  server: ServerUrl,
): Handshake | PromiseLike<Handshake> {
  return afterwards(transform({ url: server.href, subprotocols: [mqttSubprotocol] }), (request) => {
    checkRequest(request, name);
    const { url, subprotocols } = request;
    return { server: parseServerUrl(url, ["ws", "wss"], `${name}.url`), subprotocols };
  });
}
