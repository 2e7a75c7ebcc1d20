import type { ConnectionPhase, MqttError } from "../errors.js";
import type { Clock } from "../ports/clock.js";
import type { Transport, TransportFactory, TransportHandlers } from "../ports/transport.js";
import { type BytesLike, joinBytes } from "./bytes.js";

/** How a {@link MemoryConnection} stands. */
export type MemoryConnectionState =
  /** Asked for; `open` or `fail` decides. */
  | "opening"
  | "open"
  /** The client closed it and was not told yet that it is closed. */
  | "closing"
  | "closed";

/** What may be set of a {@link MemoryNetwork}. */
export interface MemoryNetworkOptions {
  /** The client is told to stop writing when more than so many bytes are unread; default 65 536, as in the adapters. */
  readonly highWaterMarkBytes?: number;
  /**
   * With a clock, what the client closes is closed at the end of the turn. Without one it stays `closing` until the test
   * calls `close` or `fail`.
   */
  readonly clock?: Clock;
  /** Called with each connection that the client asks for. */
  readonly onConnection?: (connection: MemoryConnection) => void;
}

/**
 * One connection in memory, seen from the server's end.
 *
 * Nothing happens on it by itself: the test opens it, sends, stops reading, and breaks it. Each of these calls tells the
 * client at once. What the client calls never calls it back, as with a real transport.
 */
export class MemoryConnection {
  /** Counts up from 1 in its network. */
  readonly number: number;

  /** What the client wrote, one array for each write. */
  readonly writes: readonly Uint8Array[];

  readonly #writes: Uint8Array[] = [];
  readonly #handlers: TransportHandlers;
  readonly #options: MemoryNetworkOptions;
  #state: MemoryConnectionState = "opening";
  #wasAborted = false;
  #listener: ((bytes: Uint8Array) => void) | undefined;
  #isReading = true;
  #unread = 0;
  #isWritableOwed = false;
  #chunkBytes = Infinity;

  /** @internal Made by the network. */
  constructor(number: number, handlers: TransportHandlers, options: MemoryNetworkOptions) {
    this.number = number;
    this.writes = this.#writes;
    this.#handlers = handlers;
    this.#options = options;
  }

  get state(): MemoryConnectionState {
    return this.#state;
  }

  /** True when the client closed it at once, without waiting for what it had written. */
  get wasAborted(): boolean {
    return this.#wasAborted;
  }

  /** Everything that the client wrote, joined. */
  get received(): Uint8Array {
    return joinBytes(this.#writes);
  }

  /** Bytes that the client wrote while this end did not read. */
  get unreadBytes(): number {
    return this.#unread;
  }

  /** Calls this function with each write of the client, from now on. */
  onWrite(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  /** Tells the client that the next layer is being set up. */
  enterPhase(phase: ConnectionPhase): void {
    this.#demand("opening");
    this.#handlers.phase(phase);
  }

  /** Opens it: the client may write from now on. */
  open(): void {
    this.#demand("opening");
    this.#state = "open";
    this.#handlers.opened();
  }

  /** Sends bytes to the client, joined and then cut as `cutInto` says. */
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
      // A transport may use its memory again, so whoever kept a part of the chunk finds other bytes there.
      chunk.fill(0xee);
    }
  }

  /** Sends in chunks of at most so many bytes from now on; Infinity for one chunk a call. */
  cutInto(chunkBytes: number): void {
    this.#chunkBytes = Math.max(1, chunkBytes);
  }

  /** Stops reading: what the client writes piles up, and above the high-water mark it is told to wait. */
  stopReading(): void {
    this.#isReading = false;
  }

  /** Reads everything that has piled up, and goes on reading. */
  resumeReading(): void {
    this.#isReading = true;
    this.#unread = 0;
    if (this.#isWritableOwed && this.#state === "open") {
      this.#isWritableOwed = false;
      this.#handlers.writable();
    }
  }

  /** Closes in order, or answers the client's wish to close. */
  close(): void {
    this.#end(undefined);
  }

  /** Breaks it, or refuses to open it. */
  fail(error: MqttError): void {
    this.#end(error);
  }

  /** The end that the client holds. @internal */
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
      this.#handlers.closed(error);
    }
  }

  #demand(...states: readonly MemoryConnectionState[]): void {
    if (!states.includes(this.#state)) {
      throw new Error(`connection ${this.number} is ${this.#state}, not ${states.join(" or ")}`);
    }
  }
}

/** A network in memory with a single server on it: give `open` to the client in the place of a transport. */
export class MemoryNetwork {
  /** Every connection that the client asked for, first to last. */
  readonly connections: readonly MemoryConnection[];

  readonly #connections: MemoryConnection[] = [];
  readonly #options: MemoryNetworkOptions;

  constructor(options: MemoryNetworkOptions = {}) {
    this.#options = options;
    this.connections = this.#connections;
  }

  /** Opens transports to this network. */
  readonly open: TransportFactory = (handlers) => {
    const connection = new MemoryConnection(this.#connections.length + 1, handlers, this.#options);
    this.#connections.push(connection);
    this.#options.onConnection?.(connection);
    return connection.transport;
  };

  /** The newest connection; throws when there was none yet. */
  get latest(): MemoryConnection {
    const connection = this.#connections.at(-1);
    if (!connection) {
      throw new Error("the client has not asked for a connection");
    }
    return connection;
  }
}
