/**
 * MQTT over WebSocket (section 6), for Node and for browsers. An adapter passes a factory that wraps the WebSocket of
 * its platform in the few members that the transport uses.
 *
 * The WebSocket of a browser tells how many bytes wait in it (`bufferedAmount`), but not when they are gone. So the
 * transport looks again every few milliseconds, but only while more bytes wait than the high-water mark. Each time it
 * reports the bytes that the network took meanwhile.
 */

import { printable } from "../codec/printable-text.js";
import { type MqttError, ProtocolViolationError } from "../errors.js";
import type { Clock } from "../ports/clock.js";
import type { Transport, TransportHandlers } from "../ports/transport.js";
import { ConnectionError, type ConnectionFailure, describeFailure } from "../protocol/errors/connection-errors.js";

/** The part of a WebSocket that the transport uses. */
export interface WebSocketLike {
  /** The subprotocol that the server has chosen. Empty: none. The transport reads it when the WebSocket is open. */
  readonly protocol: string;

  /** The number of bytes that were passed to `send` and not handed to the network yet. */
  readonly bufferedAmount: number;

  /** Sends one binary message. Nobody changes the bytes afterwards. */
  send(data: Uint8Array): void;

  /** Sends the bytes that wait, then closes. `closed` of the listener follows. */
  close(): void;

  /** Cuts the connection off, as far as the platform can. `closed` of the listener may follow. */
  abort(): void;

  /** Calls `callback` once when no bytes wait any more. Absent if the platform does not tell. */
  whenDrained?(callback: () => void): void;
}

/** The end of a WebSocket. */
export interface WebSocketClosure {
  /** The status code of RFC 6455. 1006 if the peer was gone without sending one. */
  readonly code: number;
  /** The reason that the peer gave. */
  readonly reason?: string;
  /** The error that ended the WebSocket, if the platform tells. */
  readonly error?: MqttError | undefined;
  /** True when the peer ended the connection below in order, with a TCP FIN. Absent: the platform does not tell. */
  readonly hasEnded?: boolean;
}

/** The functions by which a WebSocket reports to the transport. It calls none of them after `closed`. */
export interface WebSocketListener {
  /** Reports that the WebSocket is open. */
  opened(): void;
  /** Reports that bytes of an unfinished transfer moved, as in {@link TransportHandlers}. Absent: it cannot tell. */
  progress?(direction: "sent" | "received", byteCount: number): void;
  /** Delivers a message, or undefined for one that is not binary. The memory may be reused when this returns. */
  received(bytes: Uint8Array | undefined): void;
  /** Reports that the WebSocket is closed. */
  closed(closure: WebSocketClosure): void;
}

/** Opens a WebSocket that offers the subprotocols. It may throw. */
export type WebSocketFactory = (
  url: string,
  subprotocols: readonly string[],
  listener: WebSocketListener,
) => WebSocketLike;

/** The parts of a {@link WebSocketTransport}. */
export interface WebSocketTransportParts {
  /** The URL of the server, `ws:` or `wss:`. */
  readonly url: string;
  /** The subprotocols that are offered to the server, {@link mqttSubprotocol} among them. Default: that alone. */
  readonly subprotocols?: readonly string[];
  /** The clock of the platform. */
  readonly clock: Clock;
  /** The function that opens the WebSocket. */
  readonly factory: WebSocketFactory;
  /** Splits the bytes of one write into messages. Default: one message for each write. */
  readonly split?: ((bytes: Uint8Array) => readonly Uint8Array[]) | undefined;
}

/** The subprotocol of MQTT (MQTT-6.0.0-3). */
export const mqttSubprotocol = "mqtt";

/** The number of waiting bytes above which `write` returns false: 64 KiB. */
const highWaterMark = 65_536;

/** The status code of a WebSocket whose peer was gone without a close frame (RFC 6455). */
const abnormalClosure = 1006;

/** The pauses between two looks at the waiting bytes, in milliseconds. Each pause is twice as long as the last one. */
const firstPause = 1;
const longestPause = 50;

/** The state of the transport. It carries bytes while it is "open" and reports nothing more once it is "over". */
type State = "opening" | "open" | "closing" | "over";

/**
 * A transport over a WebSocket of the platform.
 *
 * See [section 6](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901285).
 */
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
      const error = this.#describe(describeFailure("", cause), { cause });
      clock.endOfTurn(() => this.#end(error));
    }
  }

  /** Sends the chunks as one message, unless `split` makes several. All packets of a turn then take one frame. */
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
    const waiting = socket.bufferedAmount;
    if (waiting <= highWaterMark) {
      return true;
    }
    if (!socket.whenDrained) {
      this.#cancelLook?.();
      this.#lookAgain(socket, { waiting, pause: firstPause });
    } else {
      socket.whenDrained(() => this.#handleDrained());
    }
    return false;
  }

  /** Sends the bytes that wait, then closes the WebSocket. `closed` follows. */
  close(): void {
    if (this.#state === "opening") {
      this.abort();
    } else if (this.#state === "open") {
      this.#state = "closing";
      this.#socket?.close();
    }
  }

  /**
   * Ends the transport at the end of the turn. A browser cannot cut a WebSocket off and goes on with the closing
   * handshake; for the client the connection is over all the same.
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
        // A server has to choose the subprotocol (MQTT-6.0.0-4). One that chose none is no MQTT server.
        const chosen = this.#socket?.protocol ?? "";
        if (chosen === mqttSubprotocol) {
          this.#state = "open";
          this.#handlers.opened();
        } else {
          this.#end(this.#describe(`: the server chose the subprotocol "${chosen}" (MQTT-6.0.0-4)`));
        }
      },
      progress: (direction, byteCount) => {
        if (this.#state === "open") {
          this.#handlers.progress?.(direction, byteCount);
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
      closed: ({ code, reason = "", error, hasEnded = false }) => {
        // Orderly ends: our own, and those with the code "normal" or "going away", or without a code.
        const isOrderly =
          this.#state === "closing" ||
          (this.#state === "open" && error === undefined && [1000, 1001, 1005].includes(code));
        const problem = ` (code ${code}${reason && `: "${printable(reason)}"`})`;
        const closedByServer = this.#state === "open" && (code !== abnormalClosure || hasEnded);
        this.#end(isOrderly ? undefined : (error ?? this.#describe(problem, { closedByServer })));
      },
    };
  }

  #describe(problem: string, details: Pick<ConnectionFailure, "cause" | "closedByServer"> = {}): ConnectionError {
    const isOpen = this.#state === "open";
    const message = `the WebSocket ${isOpen ? "was closed" : "could not be opened"}${problem}`;
    return new ConnectionError({ phase: isOpen ? "connected" : "websocket", message, ...details });
  }

  /** Ends the transport. After an error, such as a wrong subprotocol, the WebSocket is cut off. */
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

  /** Looks again after `pause` at the bytes that wait, which are `waiting` now. */
  #lookAgain(socket: WebSocketLike, { waiting, pause }: { readonly waiting: number; readonly pause: number }): void {
    const { clock } = this.#parts;
    this.#cancelLook = clock.wakeAt(clock.now() + pause, () => {
      const stillWaiting = socket.bufferedAmount;
      if (stillWaiting < waiting) {
        this.#handlers.progress?.("sent", waiting - stillWaiting);
      }
      if (stillWaiting <= highWaterMark) {
        this.#handleDrained();
      } else {
        this.#lookAgain(socket, { waiting: stillWaiting, pause: Math.min(2 * pause, longestPause) });
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
