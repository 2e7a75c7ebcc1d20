/**
 * MQTT over WebSocket in Node. The socket below is dialled here and handed to `ws`, so that it has the same options,
 * phases and errors as every other transport.
 */

import type { Socket } from "node:net";
import {
  type ConnectionPhase,
  splitPackets,
  type Transport,
  type TransportHandlers,
  type WebSocketLike,
  type WebSocketListener,
  WebSocketTransport,
} from "@mqtt5/core/adapter";
import type { MqttError, WebSocketOptions } from "@mqtt5/core";
import WebSocket from "isomorphic-ws";
import type { Destination } from "./destination.js";
import { Dialling } from "./dial.js";
import { toConnectionError } from "../platform/node-error.js";
import { httpRefusal } from "../platform/refusal-error.js";

/** How the WebSocket is asked for and used. */
export interface WebSocketRequest extends WebSocketOptions {
  /** Headers of the upgrade, beside its own. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Opens a WebSocket transport to the server. */
export function openWebSocket(
  destination: Destination,
  handlers: TransportHandlers,
  { headers = {}, onePacketPerFrame = false }: WebSocketRequest = {},
): Transport {
  const { clock, server } = destination;
  return new WebSocketTransport(
    {
      url: server.href,
      clock,
      factory: (url, subprotocols, listener) =>
        new NodeWebSocket(destination, handlers, { url, headers, subprotocols, listener }),
      split: onePacketPerFrame ? splitPackets : undefined,
    },
    handlers,
  );
}

interface Opening extends Required<Pick<WebSocketRequest, "headers">> {
  readonly url: string;
  readonly subprotocols: readonly string[];
  readonly listener: WebSocketListener;
}

/** Before its socket is open there is no WebSocket of `ws` yet, and nobody asks this one for anything but its end. */
class NodeWebSocket implements WebSocketLike {
  readonly #destination: Destination;
  readonly #listener: WebSocketListener;
  readonly #dialling: Dialling;
  #webSocket: WebSocket | undefined;
  #socket: Socket | undefined;
  #phase: ConnectionPhase = "websocket";
  #error: MqttError | undefined;

  constructor(destination: Destination, handlers: TransportHandlers, opening: Opening) {
    this.#destination = destination;
    this.#listener = opening.listener;
    this.#dialling = new Dialling(destination, {
      phase: (phase) => handlers.phase(phase),
      opened: (socket) => {
        handlers.phase("websocket");
        this.#upgrade(socket, opening);
      },
      closed: (error) => this.#listener.closed({ code: abnormalClosure, error }),
    });
  }

  get protocol(): string {
    return this.#webSocket?.protocol ?? "";
  }

  /** Nothing where no `drain` would follow: an application may have raised the mark of Node's own streams. */
  get bufferedAmount(): number {
    return this.#socket?.writableNeedDrain === true ? (this.#webSocket?.bufferedAmount ?? 0) : 0;
  }

  send(data: Uint8Array): void {
    this.#webSocket?.send(data);
  }

  close(): void {
    this.#webSocket?.close();
  }

  abort(): void {
    this.#dialling.abort();
    this.#webSocket?.terminate();
    this.#socket?.destroy();
  }

  whenDrained(callback: () => void): void {
    this.#socket?.once("drain", callback);
  }

  #upgrade(socket: Socket, opening: Opening): void {
    this.#socket = socket;
    try {
      this.#webSocket = open(socket, opening);
    } catch (error) {
      socket.destroy();
      this.#listener.closed({ code: abnormalClosure, error: this.#describe(error) });
      return;
    }
    this.#listen(this.#webSocket);
  }

  #listen(webSocket: WebSocket): void {
    webSocket.on("open", () => {
      this.#phase = "connected";
      this.#listener.opened();
    });
    webSocket.on("message", (data, isBinary) =>
      this.#listener.received(isBinary && Buffer.isBuffer(data) ? data : undefined),
    );
    webSocket.on("unexpected-response", (_request, { statusCode = 0, statusMessage }) => {
      this.#error ??= this.#describe(httpRefusal("the server", statusCode, statusMessage));
      webSocket.terminate();
    });
    webSocket.on("error", (error) => {
      this.#error ??= this.#describe(error);
    });
    webSocket.on("close", (code, reason) =>
      this.#listener.closed({ code, reason: reason.toString(), error: this.#error }),
    );
  }

  #describe(cause: unknown): MqttError {
    return toConnectionError(cause, this.#phase, this.#destination);
  }
}

/** The code of a WebSocket that was not closed in order (RFC 6455, section 7.1.5). */
const abnormalClosure = 1006;

/** The largest packet there is, in bytes (section 1.5.5: its length has at most four bytes). */
const largestPacket = 268_435_460;

/** Asks for a WebSocket through this socket. */
function open(socket: Socket, { url, headers, subprotocols }: Opening): WebSocket {
  return new WebSocket(url, [...subprotocols], {
    headers: { ...headers },
    // MQTT is compact as it is, and deflate costs each connection memory and each message a copy.
    perMessageDeflate: false,
    // Text is refused whatever it says.
    skipUTF8Validation: true,
    // How large a packet may be is judged by its header. A message, which is held until it is whole, may have several.
    maxPayload: 2 * largestPacket,
    createConnection: () => socket,
  });
}
