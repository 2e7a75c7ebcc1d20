import type { ConnectionPhase, MqttError } from "../errors.js";

/** The functions by which a transport reports to the client. It calls none of them after `closed`. */
export interface TransportHandlers {
  /** Reports that the next layer is being set up. It is called for each phase before `opened`. */
  phase(phase: ConnectionPhase): void;

  /** Reports that bytes can be written from now on. */
  opened(): void;

  /** Delivers bytes that have arrived. The transport may reuse the memory of the chunk when this returns. */
  received(chunk: Uint8Array): void;

  /** Reports that few enough bytes wait in the transport again, after a `write` that returned false. */
  writable(): void;

  /**
   * Reports that bytes of an unfinished transfer moved: the network took them of a write that waits in the transport, or
   * they belong to a message that `received` will deliver whole. `direction` is that of the client's view. The client
   * takes them as a sign of life on a slow line. A transport that cannot tell does not call it.
   */
  progress?(direction: "sent" | "received", byteCount: number): void;

  /** Reports that the connection is gone. It is called exactly once, with the cause unless the close was orderly. */
  closed(error?: MqttError): void;
}

/**
 * An ordered, lossless stream of bytes to one server, for one connection attempt.
 *
 * See [section 4.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901233).
 */
export interface Transport {
  /**
   * Sends the chunks in order, as one write to the network if the platform can do that.
   *
   * The memory of the chunks belongs to the transport from now on. Returns false if more than 64 KiB wait in the
   * transport. It accepts the chunks all the same, and later calls `writable`.
   */
  write(chunks: readonly Uint8Array[]): boolean;

  /** Sends the bytes that wait, then closes the connection. `closed` follows. */
  close(): void;

  /** Closes the connection at once and drops the bytes that wait. `closed` follows. */
  abort(): void;
}

/** Opens a transport. It never throws: it reports failures through `handlers.closed`. */
export type TransportFactory = (handlers: TransportHandlers) => Transport;
