import type { ConnectionPhase, MqttError } from "../errors.js";

/** What a transport tells the one who opened it. Nothing is called after `closed`. */
export interface TransportHandlers {
  /** The next layer is being set up. Called for each phase before `opened`. */
  phase(phase: ConnectionPhase): void;

  /** Bytes can be written now. */
  opened(): void;

  /** Bytes arrived. The chunk may be reused by the transport once this returns. */
  received(chunk: Uint8Array): void;

  /** What waits in the transport fell below its high-water mark, after a `write` that returned false. */
  writable(): void;

  /** The connection is gone; called exactly once, with the cause where it was not an orderly close. */
  closed(error?: MqttError): void;
}

/** An ordered, lossless stream of bytes to one server (section 4.2), for one connection attempt. */
export interface Transport {
  /**
   * Takes the chunks, in order, as one write to the network where the platform can.
   *
   * The memory of a chunk belongs to the transport from then on. Returns false when more waits in the transport than
   * its high-water mark (64 KiB); what was passed is accepted all the same, and `writable` tells when it has drained.
   */
  write(chunks: readonly Uint8Array[]): boolean;

  /** Sends what waits, then closes; `closed` follows. */
  close(): void;

  /** Closes at once and forgets what waits; `closed` follows. */
  abort(): void;
}

/** Opens a transport; what goes wrong is told through `handlers.closed`, never thrown. */
export type TransportFactory = (handlers: TransportHandlers) => Transport;
