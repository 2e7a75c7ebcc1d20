/** MQTT over the WebSocket of the browser. */

import {
  type Transport,
  type TransportHandlers,
  type WebSocketFactory,
  WebSocketTransport,
  type WebSocketTransportParts,
} from "@mqtt5/core/adapter";
import WebSocketClass from "isomorphic-ws";
import { toPlatformBytes } from "../platform/to-platform-bytes.js";

/**
 * Opens a WebSocket transport to the server. The only phase is `websocket`: a browser does not report the layers below.
 */
export function openWebSocket(parts: Omit<WebSocketTransportParts, "factory">, handlers: TransportHandlers): Transport {
  handlers.phase("websocket");
  return new WebSocketTransport({ ...parts, factory: openBrowserWebSocket }, handlers);
}

/**
 * The reason in the error when a WebSocket could not be opened. A browser hides the real reason, so that a page cannot
 * explore the network around it.
 */
const unknownCause =
  "a browser does not tell why: network, server, port, path, certificate, subprotocol, refused upgrade or page policy";

/** Opens a WebSocket of the browser, or one of `ws` on a server. */
const openBrowserWebSocket: WebSocketFactory = (url, subprotocols, listener) => {
  if (typeof WebSocketClass !== "function") {
    throw new Error("no WebSocket here; in Node use @mqtt5/node");
  }
  const webSocket = new WebSocketClass(url, [...subprotocols]);
  let isOpen = false;
  webSocket.binaryType = "arraybuffer";
  webSocket.onopen = () => {
    isOpen = true;
    listener.opened();
  };
  webSocket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    listener.received(typeof data === "string" ? undefined : new Uint8Array(data));
  };
  // The event `error` holds no reason, and `close` follows. Without this listener `ws`, on a server, would throw.
  webSocket.onerror = () => undefined;
  webSocket.onclose = ({ code, reason }) => listener.closed({ code, reason: isOpen ? reason : unknownCause });
  const close = (): void => webSocket.close();
  return {
    get protocol() {
      return webSocket.protocol;
    },
    get bufferedAmount() {
      return webSocket.bufferedAmount;
    },
    send: (data) => webSocket.send(toPlatformBytes(data)),
    close,
    abort: close,
  };
};
