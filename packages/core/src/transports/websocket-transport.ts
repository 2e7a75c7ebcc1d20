/**
 * MQTT over WebSocket (section 6), over whatever WebSocket the platform has: the one piece of code for Node and
 * browsers. An adapter gives a factory that wraps its own class in the few members used here.
 *
 * A browser's WebSocket tells how much waits in it (`bufferedAmount`) but not when that has gone. So while more waits
 * than the high-water mark, and only then, the amount is looked at again in steps of a few milliseconds.
 */

import { type MqttError, ProtocolViolationError } from "../errors.js";
import type { Clock } from "../ports/clock.js";
import type { Transport, TransportHandlers } from "../ports/transport.js";
import { ConnectionError, describeFailure } from "../protocol/errors/connection-errors.js";

/** A WebSocket as the transport uses it. */
export interface WebSocketLike {
  /** The subprotocol that the server chose; empty for none. Read once it is open. */
  readonly protocol: string;

  /** The bytes passed to `send` that have not been handed to the network yet. */
  readonly bufferedAmount: number;

  /** Sends one binary message. The bytes are not changed, and may not be changed by the caller either. */
  send(data: Uint8Array): void;

  /** Sends what waits, then closes; the listener's `closed` follows. */
  close(): void;

  /** Cuts the connection off, as far as the platform can; the listener's `closed` may follow. */
  abort(): void;

  /** Calls back once when nothing waits any more. Left out where the platform does not tell. */
  whenDrained?(callback: () => void): void;
}

/** How a WebSocket came to its end. */
export interface WebSocketClosure {
  /** The status code of RFC 6455; 1006 where the peer sent none and was gone. */
  readonly code: number;
  /** What the peer said of it, if anything. */
  readonly reason?: string;
  /** What went wrong, where the platform tells. */
  readonly error?: MqttError | undefined;
}

/** What a WebSocket tells; nothing after `closed`. */
export interface WebSocketListener {
  opened(): void;
  /** A message, which may be reused once this returns; undefined for one that is not binary. */
  received(bytes: Uint8Array | undefined): void;
  closed(closure: WebSocketClosure): void;
}

/** Opens a WebSocket that offers the subprotocols; may throw. */
export type WebSocketFactory = (
  url: string,
  subprotocols: readonly string[],
  listener: WebSocketListener,
) => WebSocketLike;

/** What a {@link WebSocketTransport} is made of. */
export interface WebSocketTransportParts {
  readonly url: string;
  /** What is offered to the server, {@link mqttSubprotocol} among it; default: that alone. */
  readonly subprotocols?: readonly string[];
  readonly clock: Clock;
  readonly factory: WebSocketFactory;
  /** Divides what is written at a time into messages; left out, it is one message. */
  readonly split?: ((bytes: Uint8Array) => readonly Uint8Array[]) | undefined;
}

/** The subprotocol of MQTT (MQTT-6.0.0-3). */
export const mqttSubprotocol = "mqtt";

/** Above this many waiting bytes `write` says so: 64 KiB. */
const highWaterMark = 65_536;

/** The pauses between two looks at what waits, in milliseconds: short at first, longer while nothing moves. */
const firstPause = 1;
const longestPause = 50;

/** What the transport can do: nothing yet, carry bytes, wait for its end, nothing any more. */
type State = "opening" | "open" | "closing" | "over";

export class WebSocketTransport implements Transport {
  readonly #parts: WebSocketTransportParts;
  readonly #handlers: TransportHandlers;
  readonly #socket: WebSocketLike | undefined;
  #state: State = "opening";
  #cancelLook: (() => void) | undefined;

  constructor(parts: WebSocketTransportParts, handlers: TransportHandlers) {
    const { url, subprotocols = [mqttSubprotocol], clock, factory } = parts;
    this.#parts = parts;
    this.#handlers = handlers;
    try {
      this.#socket = factory(url, subprotocols, this.#makeListener());
    } catch (cause) {
      const error = this.#describe(describeFailure("", cause), cause);
      clock.endOfTurn(() => this.#end(error));
    }
  }

  /** One write is one message, so that a turn's packets cost the peer and the network one frame. */
  write(chunks: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    if (!socket || this.#state !== "open") {
      return true;
    }
    const [first] = chunks;
    const bytes = chunks.length === 1 && first ? first : join(chunks);
    for (const message of this.#parts.split?.(bytes) ?? [bytes]) {
      socket.send(message);
    }
    if (socket.bufferedAmount <= highWaterMark) {
      return true;
    }
    if (!socket.whenDrained) {
      this.#cancelLook?.();
      this.#lookAgain(socket, firstPause);
    } else {
      socket.whenDrained(() => this.#handleDrained());
    }
    return false;
  }

  close(): void {
    if (this.#state === "opening") {
      this.abort();
    } else if (this.#state === "open") {
      this.#state = "closing";
      this.#socket?.close();
    }
  }

  /**
   * A browser cannot cut a connection off: it goes on with the closing handshake by itself. For the client the
   * connection is over all the same.
   */
  abort(): void {
    if (this.#state !== "over") {
      this.#state = "closing";
      this.#socket?.abort();
      this.#parts.clock.endOfTurn(() => this.#end());
    }
  }

  #makeListener(): WebSocketListener {
    return {
      opened: () => {
        if (this.#state !== "opening") {
          return;
        }
        // A server has to choose the subprotocol that was offered (MQTT-6.0.0-4): one that chose none is no MQTT server.
        const chosen = this.#socket?.protocol ?? "";
        if (chosen === mqttSubprotocol) {
          this.#state = "open";
          this.#handlers.opened();
        } else {
          this.#end(this.#describe(`: the server chose the subprotocol "${chosen}" (MQTT-6.0.0-4)`));
        }
      },
      received: (bytes) => {
        if (this.#state !== "open") {
          return;
        }
        if (!bytes) {
          this.#end(new ProtocolViolationError("WebSocket message is not binary", "MQTT-6.0.0-1"));
        } else if (bytes.byteLength > 0) {
          this.#handlers.received(bytes);
        }
      },
      closed: ({ code, reason = "", error }) => {
        // Orderly ends: our own, and those for which the server gave "normal", "going away", or no code.
        const isOrderly =
          this.#state === "closing" ||
          (this.#state === "open" && error === undefined && [1000, 1001, 1005].includes(code));
        const problem = ` (code ${code}${reason && `: ${reason}`})`;
        this.#end(isOrderly ? undefined : (error ?? this.#describe(problem)));
      },
    };
  }

  #describe(problem: string, cause?: unknown): ConnectionError {
    const isOpen = this.#state === "open";
    const message = `the WebSocket ${isOpen ? "was closed" : "could not be opened"}${problem}`;
    return new ConnectionError({ phase: isOpen ? "connected" : "websocket", message, cause });
  }

  /** With an error, be it a mistake of the server, nothing is left of the WebSocket. */
  #end(error?: MqttError): void {
    if (this.#state !== "over") {
      this.#state = "over";
      if (error) {
        this.#socket?.abort();
      }
      this.#cancelLook?.();
      this.#handlers.closed(error);
    }
  }

  #lookAgain(socket: WebSocketLike, pause: number): void {
    const { clock } = this.#parts;
    this.#cancelLook = clock.wakeAt(clock.now() + pause, () => {
      if (socket.bufferedAmount <= highWaterMark) {
        this.#handleDrained();
      } else {
        this.#lookAgain(socket, Math.min(2 * pause, longestPause));
      }
    });
  }

  #handleDrained(): void {
    if (this.#state !== "over") {
      this.#handlers.writable();
    }
  }
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return joined;
}
