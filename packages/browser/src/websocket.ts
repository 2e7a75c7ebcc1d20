/** MQTT over the WebSocket of the browser. */

import { ConnectionError } from "@mqtt5/core";
import {
  type Transport,
  type TransportHandlers,
  type WebSocketLike,
  type WebSocketListener,
  WebSocketTransport,
  type WebSocketTransportParts,
} from "@mqtt5/core/adapter";
import WebSocketClass from "isomorphic-ws";
import { toPlatformBytes } from "./to-platform-bytes.js";

/** Opens a WebSocket transport to the server. A browser tells of no phase below it. */
export function openWebSocket(parts: Omit<WebSocketTransportParts, "factory">, handlers: TransportHandlers): Transport {
  handlers.phase("websocket");
  const factory: WebSocketTransportParts["factory"] = (...request) => new BrowserWebSocket(...request);
  return new WebSocketTransport({ ...parts, factory }, handlers);
}

/** Pages are not told why, so that they cannot find out what is in the network around them. */
const unknownCause =
  "a browser does not tell why. Likely causes: nothing listens at that address, the certificate is not trusted, the path " +
  'is wrong, or the server does not know the subprotocol "mqtt"';

class BrowserWebSocket implements WebSocketLike {
  readonly #webSocket: WebSocket;
  #isOpen = false;

  constructor(url: string, subprotocols: readonly string[], listener: WebSocketListener) {
    if (typeof WebSocketClass !== "function") {
      throw new Error("there is no WebSocket here; in Node use @mqtt5/node");
    }
    const webSocket = new WebSocketClass(url, [...subprotocols]);
    this.#webSocket = webSocket;
    webSocket.binaryType = "arraybuffer";
    webSocket.onopen = () => {
      this.#isOpen = true;
      listener.opened();
    };
    webSocket.onmessage = ({ data }: MessageEvent<unknown>) => listener.received(data);
    // It tells nothing; `close` follows. Without a listener `ws`, which stands in on servers, would throw.
    webSocket.onerror = () => undefined;
    webSocket.onclose = ({ code }) => listener.closed({ code, error: this.#isOpen ? undefined : openError(code) });
  }

  get protocol(): string {
    return this.#webSocket.protocol;
  }

  get bufferedAmount(): number {
    return this.#webSocket.bufferedAmount;
  }

  send(data: Uint8Array): void {
    this.#webSocket.send(toPlatformBytes(data));
  }

  close(): void {
    this.#webSocket.close();
  }

  abort(): void {
    this.#webSocket.close();
  }
}

function openError(code: number): ConnectionError {
  const message = `the WebSocket could not be opened (code ${String(code)}); ${unknownCause}`;
  return new ConnectionError({ phase: "websocket", message });
}
