/**
 * MQTT over TCP or TLS. What is read goes into one buffer a connection, which every read fills anew: the codec keeps
 * nothing of a chunk, so nothing need be allocated for it.
 */

import type { Socket } from "node:net";
import type { MqttError } from "@mqtt5/core";
import type { ConnectionPhase, Transport, TransportHandlers } from "@mqtt5/core/adapter";
import type { Destination } from "./destination.js";
import { Dialling } from "./dial.js";
import { toConnectionError } from "../platform/node-error.js";

/** Above this many waiting bytes `write` says so: 64 KiB. */
const highWaterMark = 65_536;

/** As much as Node reads at once. */
const readBufferSize = 65_536;

export class StreamTransport implements Transport {
  readonly #destination: Destination;
  readonly #handlers: TransportHandlers;
  readonly #dialling: Dialling;
  /** Undefined until it is open. */
  #socket: Socket | undefined;
  #isEnding = false;
  #isAborted = false;
  #isBlocked = false;
  #error: unknown;

  constructor(destination: Destination, handlers: TransportHandlers) {
    this.#destination = destination;
    this.#handlers = handlers;
    const listener = {
      phase: (phase: ConnectionPhase) => handlers.phase(phase),
      opened: (socket: Socket) => this.#handleOpened(socket),
      closed: (error?: MqttError) => handlers.closed(error),
    };
    this.#dialling = new Dialling(destination, listener, {
      // Not of the pool, which others read and write.
      buffer: Buffer.allocUnsafeSlow(readBufferSize),
      callback: (length, buffer) => this.#handleRead(buffer.subarray(0, length)),
    });
  }

  /** Several chunks leave in one system call. */
  write(chunks: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    if (!socket || this.#isEnding) {
      return true;
    }
    if (chunks.length > 1) {
      socket.cork();
    }
    for (const chunk of chunks) {
      socket.write(chunk);
    }
    if (chunks.length > 1) {
      socket.uncork();
    }
    // Without the second half no `drain` would follow: an application may have raised the mark of Node's own streams.
    this.#isBlocked = socket.writableLength > highWaterMark && socket.writableNeedDrain;
    return !this.#isBlocked;
  }

  /** Ends our side once all is sent. The socket is read on until the server ends its side, for a close without reset. */
  close(): void {
    if (!this.#socket) {
      this.abort();
    } else if (!this.#isEnding) {
      this.#isEnding = true;
      this.#socket.end();
    }
  }

  abort(): void {
    this.#isAborted = true;
    this.#isEnding = true;
    this.#dialling.abort();
    this.#socket?.destroy();
  }

  #handleOpened(socket: Socket): void {
    this.#socket = socket;
    if (!this.#dialling.isReadByBuffer) {
      socket.on("data", (chunk) => this.#handleRead(chunk));
    }
    socket.on("drain", () => this.#handleDrain());
    // An MQTT connection has no halves: when the server has ended its side, what waits for it here is of no use.
    socket.once("end", () => socket.destroy());
    socket.once("error", (error) => {
      this.#error = error;
    });
    socket.once("close", () => this.#handleClosed());
    this.#handlers.opened();
  }

  /** True to go on reading. */
  #handleRead(chunk: Uint8Array): boolean {
    if (this.#socket && !this.#isAborted) {
      this.#handlers.received(chunk);
    }
    return true;
  }

  #handleDrain(): void {
    if (this.#isBlocked) {
      this.#isBlocked = false;
      this.#handlers.writable();
    }
  }

  #handleClosed(): void {
    const error = this.#isEnding ? undefined : this.#error;
    this.#handlers.closed(error === undefined ? error : toConnectionError(error, "connected", this.#destination));
  }
}
