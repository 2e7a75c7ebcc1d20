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

/** Opens a WebSocket transport to the server. A browser tells of no phase below it. */
export function openWebSocket(parts: Omit<WebSocketTransportParts, "factory">, handlers: TransportHandlers): Transport {
  handlers.phase("websocket");
  return new WebSocketTransport({ ...parts, factory: openBrowserWebSocket }, handlers);
}

/** Why it could not be opened. Pages are not told, so that they cannot find out what is in the network around them. */
const unknownCause =
  "a browser does not tell why: network, server, port, path, certificate, subprotocol, refused upgrade or page policy";

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
  // It tells nothing; `close` follows. Without a listener `ws`, which stands in on servers, would throw.
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
