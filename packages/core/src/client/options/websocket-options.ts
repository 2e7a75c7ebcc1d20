import { type Check, checkBoolean, checkObject, type ChecksOf } from "./checks.js";

/** The form of MQTT in WebSocket messages, for `ws:` and `wss:` URLs. */
export interface WebSocketOptions {
  /**
   * True sends each packet in a WebSocket message of its own. Some servers lose the packets after the first one in a
   * message, though MQTT-6.0.0-2 forbids that. Default: false; the packets of one turn of the event loop share a
   * message.
   */
  readonly onePacketPerFrame?: boolean;
}

/** Checks the option `webSocket`. */
export const checkWebSocketOptions: Check = /* @__PURE__ */ checkObject({
  onePacketPerFrame: checkBoolean,
} satisfies ChecksOf<WebSocketOptions>);
