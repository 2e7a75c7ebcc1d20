/**
 * The option `websocketHandshakeTransform`: the application may sign the URL of a WebSocket, or add subprotocols,
 * before each attempt. A browser does not allow other headers.
 */

import { InvalidArgumentError } from "@mqtt5/core";
import {
  type Check,
  checkObject,
  type ChecksOf,
  checkString,
  mqttSubprotocol,
  parseFollowingUrl,
  type ServerUrl,
} from "@mqtt5/core/adapter";

/** The URL and the subprotocols for opening a WebSocket. */
export interface WebSocketHandshakeRequest {
  /**
   * The URL of the server, `ws:` or `wss:`. The client passes it without user name and password, and removes them from
   * the URL that it gets back. In place of `wss:`, `ws:` needs the client option `allowInsecure`.
   */
  readonly url: string;
  /**
   * The subprotocols to offer. The client passes `mqtt` alone. `mqtt` has to be in the list (MQTT-6.0.0-3), and the
   * server has to choose it.
   */
  readonly subprotocols: readonly string[];
}

/**
 * Returns the request to use instead of the given one. The client calls it before each attempt. It may be async.
 *
 * The attempt fails with the phase `prepare` if it throws, rejects, or returns something that is not a request.
 */
export type WebSocketHandshakeTransform = (
  request: WebSocketHandshakeRequest,
) => WebSocketHandshakeRequest | Promise<WebSocketHandshakeRequest>;

/** The name of the option, for errors. */
const name = "websocketHandshakeTransform";

/**
 * The form of a subprotocol: a token of HTTP (RFC 6455, section 4.1). A browser would quote any other text in its
 * error.
 */
const token = /^[\w!#$%&'*+.^`|~-]+$/;

/** Accepts a list of tokens that contains `mqtt`. The error does not quote the values, because they may be secrets. */
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

/**
 * Calls the transform of the application, and checks its result. Rejects with the error of the transform.
 *
 * @throws {InvalidArgumentError} The result is not a request, or its URL cannot be used.
 */
export async function transformHandshake(
  transform: WebSocketHandshakeTransform,
  server: ServerUrl,
  allowInsecure: boolean,
): Promise<WebSocketHandshakeRequest> {
  const result = await transform({ url: server.href, subprotocols: [mqttSubprotocol] });
  checkRequest(result, name);
  const rules = { schemes: ["ws", "wss"], allowInsecure } as const;
  return { ...result, url: parseFollowingUrl(result.url, server, rules, `${name}.url`).href };
}
