import { type Check, checkBoolean, checkObject, type ChecksOf } from "./checks.js";

/** How MQTT is put into WebSocket messages; for `ws:` and `wss:` URLs. */
export interface WebSocketOptions {
  /**
   * Sends each packet in a WebSocket message of its own, for servers that lose what follows the first packet of one,
   * though they may not (MQTT-6.0.0-2). Default false: the packets of a turn share a message.
   */
  readonly onePacketPerFrame?: boolean;
}

export const checkWebSocketOptions: Check = /* @__PURE__ */ checkObject({
  onePacketPerFrame: checkBoolean,
} satisfies ChecksOf<WebSocketOptions>);
