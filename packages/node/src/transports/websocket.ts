/**
 * MQTT over WebSocket in Node. The package `ws` gets a socket that {@link Dialling} has opened. So it has the same
 * options, phases and errors as every other transport.
 */

import type { Socket } from "node:net";
import {
  type ConnectionPhase,
  largestPacketBytes,
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
import { sliceWrites } from "./sliced-writes.js";
import { toConnectionError } from "../platform/node-error.js";
import { httpRefusal } from "../platform/refusal-error.js";

/** The options of one WebSocket. */
export interface WebSocketRequest extends WebSocketOptions {
  /** The headers of the upgrade, in addition to those of the WebSocket protocol. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The size of the largest packet that the client accepts, in bytes. Default: that of the protocol. */
  readonly maximumPacketSize?: number | undefined;
}

/**
 * The room for further packets in a message, in bytes: 1 MiB. A message may contain several packets, or parts of them
 * (MQTT-6.0.0-2), so it may be larger than the largest packet.
 */
const roomForPackets = 1_048_576;

/** Opens a WebSocket transport to the server. Errors arrive at `handlers.closed`. */
export function openWebSocket(
  destination: Destination,
  handlers: TransportHandlers,
  { headers = {}, onePacketPerFrame = false, maximumPacketSize = Infinity }: WebSocketRequest = {},
): Transport {
  const { clock, server } = destination;
  const largestMessage = Math.min(maximumPacketSize, largestPacketBytes) + roomForPackets;
  return new WebSocketTransport(
    {
      url: server.href,
      clock,
      factory: (url, subprotocols, listener) =>
        new NodeWebSocket(destination, handlers, { url, headers, subprotocols, listener, largestMessage }),
      split: onePacketPerFrame ? splitPackets : undefined,
    },
    handlers,
  );
}

/** The parts of the request for a WebSocket. */
interface Opening extends Required<Pick<WebSocketRequest, "headers">> {
  readonly url: string;
  readonly subprotocols: readonly string[];
  readonly listener: WebSocketListener;
  /** The size of the largest message that is accepted, in bytes. */
  readonly largestMessage: number;
}

/**
 * A WebSocket of `ws`, with the opening of its socket. Until that socket is open, only `close` and `abort` are called.
 */
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

  /**
   * The bytes that wait, or 0 if no `drain` would follow: an application may have raised the mark of Node's own
   * streams.
   */
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

  /** Asks for the WebSocket through the open socket. */
  #upgrade(socket: Socket, opening: Opening): void {
    this.#socket = socket;
    sliceWrites(socket, (byteCount) => this.#listener.progress?.("sent", byteCount));
    catchRangeErrors(socket, (error) => {
      const message = "no memory for a WebSocket message; connectOptions.maximumPacketSize limits the size";
      this.#error ??= this.#describe(new Error(message, { cause: error }));
      this.#listener.closed({ code: abnormalClosure, error: this.#error });
    });
    try {
      this.#webSocket = open(socket, opening);
    } catch (error) {
      socket.destroy();
      this.#listener.closed({ code: abnormalClosure, error: this.#describe(error) });
      return;
    }
    this.#listen(this.#webSocket, socket, opening.largestMessage);
  }

  /** Passes the events of the WebSocket on, and the bytes of a message that is not complete. */
  #listen(webSocket: WebSocket, socket: Socket, largestMessage: number): void {
    let isMessageOver = false;
    let hasEnded = false;
    socket.once("end", () => (hasEnded = true));
    webSocket.on("open", () => {
      this.#phase = "connected";
      this.#listener.opened();
      // `ws` reads each chunk before this listener does.
      socket.on("data", (chunk) => {
        if (!isMessageOver) {
          this.#listener.progress?.("received", chunk.length);
        }
        isMessageOver = false;
      });
    });
    webSocket.on("message", (data, isBinary) => {
      isMessageOver = true;
      this.#listener.received(isBinary && Buffer.isBuffer(data) ? data : undefined);
    });
    webSocket.on("unexpected-response", (_request, { statusCode = 0, statusMessage, headers }) => {
      this.#error ??= this.#describe(httpRefusal("the server", statusCode, statusMessage, headers.location));
      webSocket.terminate();
    });
    webSocket.on("error", (error) => {
      this.#error ??= this.#describe(isTooLarge(error) ? tooLargeError(largestMessage, error) : error);
      if (this.#phase === "connected") {
        // `ws` now waits for the server to close. Nothing that the server sends until then can count.
        this.#listener.closed({ code: abnormalClosure, error: this.#error });
      }
    });
    webSocket.on("close", (code, reason) =>
      this.#listener.closed({ code, reason: reason.toString(), error: this.#error, hasEnded }),
    );
  }

  #describe(cause: unknown): MqttError {
    return toConnectionError(cause, this.#phase, this.#destination);
  }
}

/**
 * Catches a `RangeError` of whoever reads from the socket. `ws` puts a message together in one piece of memory, and does
 * not catch that there is none: the error would end the process.
 */
function catchRangeErrors(socket: Socket, handle: (error: RangeError) => void): void {
  const emit = socket.emit.bind(socket);
  socket.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    try {
      return emit(event, ...values);
    } catch (error) {
      if (!(error instanceof RangeError)) {
        throw error;
      }
      handle(error);
      return true;
    }
  };
}

/** The status code of a WebSocket that ended without a closing handshake (RFC 6455, section 7.1.5). */
const abnormalClosure = 1006;

/** Returns true for the error of `ws` about a message of more than `maxPayload` bytes. */
function isTooLarge(error: Error): boolean {
  return "code" in error && error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
}

function tooLargeError(largestMessage: number, cause: Error): Error {
  const message = `the server sent a WebSocket message of more than ${largestMessage} bytes`;
  return new Error(`${message}; to accept it, raise connectOptions.maximumPacketSize`, { cause });
}

/** Creates a WebSocket of `ws` over this socket, and sends the request. */
function open(socket: Socket, { url, headers, subprotocols, largestMessage }: Opening): WebSocket {
  return new WebSocket(url, [...subprotocols], {
    headers: { ...headers },
    // MQTT packets are compact already. Compression would cost memory for each connection and a copy of each message.
    perMessageDeflate: false,
    // The client refuses every text message, so its encoding does not matter.
    skipUTF8Validation: true,
    // `ws` holds a whole message before the codec sees a packet of it. It refuses a larger message at its header.
    maxPayload: largestMessage,
    createConnection: () => socket,
  });
}
