import type { ConnectionPhase, MqttError } from "../errors.js";
import type { Clock } from "../ports/clock.js";
import type { Transport, TransportFactory, TransportHandlers } from "../ports/transport.js";
import { type BytesLike, joinBytes } from "./bytes.js";

/** The state of a {@link MemoryConnection}. */
export type MemoryConnectionState =
  /** The client has asked for the connection. `open` or `fail` decides. */
  | "opening"
  /** Both sides can send. */
  | "open"
  /** The client has closed the connection, but was not told yet that it is closed. */
  | "closing"
  /** The connection is over, and the client was told so. */
  | "closed";

/** The options of a {@link MemoryNetwork}. */
export interface MemoryNetworkOptions {
  /** The number of unread bytes above which the client is told to stop writing. Default: 65,536, as in the adapters. */
  readonly highWaterMarkBytes?: number;
  /**
   * The clock of the network. With a clock, a connection that the client closes is closed at the end of the turn.
   * Without one, it stays `closing` until the test calls `close` or `fail`.
   */
  readonly clock?: Clock;
  /** A function that is called with each connection that the client asks for. */
  readonly onConnection?: (connection: MemoryConnection) => void;
}

/**
 * The server's end of one connection in memory.
 *
 * The connection does nothing by itself. The test opens it, sends, stops reading, and breaks it; the client learns of
 * each of these calls at once. As with a real transport, a call of the client never calls the client back.
 */
export class MemoryConnection {
  /** The number of the connection in its network, from 1. */
  readonly number: number;

  /** The bytes that the client wrote, one array for each write. */
  readonly writes: readonly Uint8Array[];

  readonly #writes: Uint8Array[] = [];
  readonly #handlers: TransportHandlers;
  readonly #options: MemoryNetworkOptions;
  #state: MemoryConnectionState = "opening";
  #wasAborted = false;
  #listener: ((bytes: Uint8Array) => void) | undefined;
  #closeListener: (() => void) | undefined;
  #isReading = true;
  #unread = 0;
  #isWritableOwed = false;
  #chunkBytes = Infinity;

  /**
   * Makes a connection. The network calls this.
   *
   * @internal
   */
  constructor(number: number, handlers: TransportHandlers, options: MemoryNetworkOptions) {
    this.number = number;
    this.writes = this.#writes;
    this.#handlers = handlers;
    this.#options = options;
  }

  /** The state of the connection. */
  get state(): MemoryConnectionState {
    return this.#state;
  }

  /** Whether the client closed the connection at once, without waiting for the bytes that it had written. */
  get wasAborted(): boolean {
    return this.#wasAborted;
  }

  /** All bytes that the client wrote. */
  get received(): Uint8Array {
    return joinBytes(this.#writes);
  }

  /** The number of bytes that the client wrote while this end did not read. */
  get unreadBytes(): number {
    return this.#unread;
  }

  /** Calls `listener` with each write of the client from now on. It replaces an earlier listener. */
  onWrite(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  /** Calls `listener` when the connection is over, before the client is told. It replaces an earlier listener. */
  onClose(listener: () => void): void {
    this.#closeListener = listener;
  }

  /**
   * Tells the client that the connection has come to this phase.
   *
   * @throws {Error} The connection is not `opening`.
   */
  enterPhase(phase: ConnectionPhase): void {
    this.#demand("opening");
    this.#handlers.phase(phase);
  }

  /**
   * Opens the connection. The client can write from now on.
   *
   * @throws {Error} The connection is not `opening`.
   */
  open(): void {
    this.#demand("opening");
    this.#state = "open";
    this.#handlers.opened();
  }

  /**
   * Sends bytes to the client, in chunks of the length that `cutInto` sets.
   *
   * @throws {Error} The connection is neither `open` nor `closing`.
   */
  send(...parts: readonly BytesLike[]): void {
    this.#demand("open", "closing");
    const bytes = joinBytes(parts);
    const step = Math.min(this.#chunkBytes, bytes.length);
    for (let start = 0; start < bytes.length; start += step) {
      if (this.#state === "closed") {
        return;
      }
      const chunk = bytes.slice(start, start + step);
      this.#handlers.received(chunk);
      // A transport may use its memory again. So a client that keeps a part of the chunk finds other bytes there.
      chunk.fill(0xee);
    }
  }

  /** Sets the length of the longest chunk for `send`, in bytes. Default: Infinity, one chunk for each call. */
  cutInto(chunkBytes: number): void {
    this.#chunkBytes = Math.max(1, chunkBytes);
  }

  /** Stops reading. The bytes of the client pile up, and above the high-water mark it is told to stop writing. */
  stopReading(): void {
    this.#isReading = false;
  }

  /** Reads all bytes that have piled up, and goes on reading. */
  resumeReading(): void {
    this.#isReading = true;
    this.#unread = 0;
    if (this.#isWritableOwed && this.#state === "open") {
      this.#isWritableOwed = false;
      this.#handlers.writable();
    }
  }

  /** Closes the connection in order, or confirms that the client has closed it. */
  close(): void {
    this.#end(undefined);
  }

  /** Breaks the connection, or refuses to open it. */
  fail(error: MqttError): void {
    this.#end(error);
  }

  /**
   * The client's end of the connection.
   *
   * @internal
   */
  readonly transport: Transport = {
    write: (chunks) => this.#take(chunks),
    close: () => this.#beginToClose(),
    abort: () => {
      this.#wasAborted ||= this.#state !== "closed";
      this.#beginToClose();
    },
  };

  #take(chunks: readonly Uint8Array[]): boolean {
    if (this.#state !== "open") {
      return true;
    }
    const bytes = joinBytes(chunks);
    this.#writes.push(bytes);
    if (!this.#isReading) {
      this.#unread += bytes.length;
    }
    this.#listener?.(bytes);
    this.#isWritableOwed = this.#unread > (this.#options.highWaterMarkBytes ?? 65_536);
    return !this.#isWritableOwed;
  }

  #beginToClose(): void {
    if (this.#state === "opening" || this.#state === "open") {
      this.#state = "closing";
      this.#options.clock?.endOfTurn(() => this.close());
    }
  }

  #end(error: MqttError | undefined): void {
    if (this.#state !== "closed") {
      this.#state = "closed";
      this.#closeListener?.();
      this.#handlers.closed(error);
    }
  }

  #demand(...states: readonly MemoryConnectionState[]): void {
    if (!states.includes(this.#state)) {
      throw new Error(`connection ${this.number} is ${this.#state}, not ${states.join(" or ")}`);
    }
  }
}

/** A network in memory with one server. Pass its `open` to the client as the transport factory. */
export class MemoryNetwork {
  /** All connections that the client asked for, in order. */
  readonly connections: readonly MemoryConnection[];

  readonly #connections: MemoryConnection[] = [];
  readonly #options: MemoryNetworkOptions;

  constructor(options: MemoryNetworkOptions = {}) {
    this.#options = options;
    this.connections = this.#connections;
  }

  /** Opens a connection. This is the transport factory for the client. */
  readonly open: TransportFactory = (handlers) => {
    const connection = new MemoryConnection(this.#connections.length + 1, handlers, this.#options);
    this.#connections.push(connection);
    this.#options.onConnection?.(connection);
    return connection.transport;
  };

  /**
   * The newest connection.
   *
   * @throws {Error} The client has not asked for a connection yet.
   */
  get latest(): MemoryConnection {
    const connection = this.#connections.at(-1);
    if (!connection) {
      throw new Error("the client has not asked for a connection");
    }
    return connection;
  }
}
