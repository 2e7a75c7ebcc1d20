/**
 * MQTT over TCP or TLS. What is read goes into one buffer a connection, which every read fills anew: the codec keeps
 * nothing of a chunk, so nothing need be allocated for it.
 */

import type { Socket } from "node:net";
import type { Transport, TransportHandlers } from "@mqtt5/core/adapter";
import { type Destination, dial, type Progress, readyEvent } from "./dial.js";
import { toConnectionError } from "./node-error.js";

/** Above this many waiting bytes `write` says so: 64 KiB. */
const highWaterMark = 65_536;

/** As much as Node reads at once. */
const readBufferSize = 65_536;

export class StreamTransport implements Transport {
  readonly #handlers: TransportHandlers;
  readonly #socket: Socket;
  readonly #progress: Progress = { phase: "tcp" };
  #isOpen = false;
  #isEnding = false;
  #isBlocked = false;
  #error: unknown;

  constructor(destination: Destination, handlers: TransportHandlers) {
    const { server } = destination;
    this.#handlers = handlers;
    this.#socket = dial(destination, {
      progress: this.#progress,
      onPhase: (phase) => handlers.phase(phase),
      onread: {
        // Not of the pool, which others read and write.
        buffer: Buffer.allocUnsafeSlow(readBufferSize),
        callback: (length, buffer) => this.#handleRead(buffer.subarray(0, length)),
      },
    });
    this.#socket.once(readyEvent(server), () => this.#handleReady());
    this.#socket.on("drain", () => this.#handleDrain());
    this.#socket.once("end", () => this.#handleEnd());
    this.#socket.once("error", (error) => {
      this.#error = error;
    });
    this.#socket.once("close", () => {
      const error = this.#error;
      const isFailure = error !== undefined && !this.#isEnding;
      handlers.closed(isFailure ? toConnectionError(error, this.#progress.phase, server) : undefined);
    });
  }

  /** Several chunks leave in one system call. */
  write(chunks: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    if (!this.#isOpen || this.#isEnding) {
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
    this.#isBlocked = socket.writableLength > highWaterMark;
    return !this.#isBlocked;
  }

  /** Ends our side once all is sent. The socket is read on until the server ends its side, for a close without reset. */
  close(): void {
    if (!this.#isOpen) {
      this.abort();
    } else if (!this.#isEnding) {
      this.#isEnding = true;
      this.#socket.end();
    }
  }

  abort(): void {
    this.#isOpen = false;
    this.#isEnding = true;
    this.#socket.destroy();
  }

  #handleReady(): void {
    this.#isOpen = true;
    this.#progress.phase = "connected";
    this.#handlers.opened();
  }

  /** True to go on reading. */
  #handleRead(chunk: Uint8Array): boolean {
    if (this.#isOpen) {
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

  /** An MQTT connection has no halves: when the server has ended its side, what waits for it here is of no use. */
  #handleEnd(): void {
    this.#socket.destroy();
  }
}
