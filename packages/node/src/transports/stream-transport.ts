/**
 * MQTT over TCP or TLS. Each connection has one read buffer, and every read overwrites it. The codec keeps no reference
 * to a chunk, so no read has to allocate memory.
 */

import type { Socket } from "node:net";
import type { MqttError } from "@mqtt5/core";
import type { ConnectionPhase, Transport, TransportHandlers } from "@mqtt5/core/adapter";
import type { Destination } from "./destination.js";
import { Dialling } from "./dial.js";
import { sliceWrites } from "./sliced-writes.js";
import { toConnectionError } from "../platform/node-error.js";

/** The high-water mark in bytes, 64 KiB: `write` returns false if more bytes wait. */
const highWaterMark = 65_536;

/** The size of the read buffer in bytes. Node reads no more than this at once. */
const readBufferSize = 65_536;

/** A transport over one TCP or TLS connection. */
export class StreamTransport implements Transport {
  readonly #destination: Destination;
  readonly #handlers: TransportHandlers;
  readonly #dialling: Dialling;
  /** The open socket. It is undefined until then. */
  #socket: Socket | undefined;
  #isEnding = false;
  #isAborted = false;
  #isBlocked = false;
  /** False until the server has sent something. */
  #isAnswered = false;
  #error: unknown;

  /** Starts to open the connection. */
  constructor(destination: Destination, handlers: TransportHandlers) {
    this.#destination = destination;
    this.#handlers = handlers;
    const listener = {
      phase: (phase: ConnectionPhase) => handlers.phase(phase),
      opened: (socket: Socket) => this.#handleOpened(socket),
      closed: (error?: MqttError) => handlers.closed(error),
    };
    this.#dialling = new Dialling(destination, listener, {
      // This buffer is not from Node's shared pool, because other code reads and writes the pool.
      buffer: Buffer.allocUnsafeSlow(readBufferSize),
      callback: (length, buffer) => this.#handleRead(buffer.subarray(0, length)),
    });
  }

  /** Writes the chunks, several of them in one system call. Returns false above the high-water mark. */
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
    // If an application has raised the mark of Node's own streams, `writableNeedDrain` says whether `drain` follows.
    this.#isBlocked = socket.writableLength > highWaterMark && socket.writableNeedDrain;
    return !this.#isBlocked;
  }

  /**
   * Ends our side after all bytes are sent. The socket is still read until the server ends its side, so that the close
   * does not become a reset.
   */
  close(): void {
    if (!this.#socket) {
      this.abort();
    } else if (!this.#isEnding) {
      this.#isEnding = true;
      this.#socket.end();
    }
  }

  /** Closes at once, and discards the bytes that wait. */
  abort(): void {
    this.#isAborted = true;
    this.#isEnding = true;
    this.#dialling.abort();
    this.#socket?.destroy();
  }

  #handleOpened(socket: Socket): void {
    this.#socket = socket;
    sliceWrites(socket, (byteCount) => this.#handlers.progress?.("sent", byteCount));
    if (!this.#dialling.isReadByBuffer) {
      socket.on("data", (chunk) => this.#handleRead(chunk));
    }
    socket.on("drain", () => this.#handleDrain());
    // MQTT has no half-open connections. A server that has ended its side will not read the bytes that wait here.
    socket.once("end", () => socket.destroy());
    socket.once("error", (error) => {
      this.#error = error;
    });
    socket.once("close", () => this.#handleClosed());
    this.#handlers.opened();
  }

  /** Passes a chunk on. Returns true, so that Node continues to read. */
  #handleRead(chunk: Uint8Array): boolean {
    if (this.#socket && !this.#isAborted) {
      this.#isAnswered = true;
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
    const phase = this.#isAnswered ? "connected" : "connack";
    const isExpected = error === undefined && (this.#isEnding || this.#isAnswered);
    this.#handlers.closed(isExpected ? undefined : toConnectionError(error, phase, this.#destination));
  }
}
