/**
 * MQTT over WebSocket in Node. The socket below is dialled here and handed to `ws`, so that it has the same options,
 * phases and errors as every other transport.
 */

import type { Socket } from "node:net";
import {
  splitPackets,
  type Transport,
  type TransportHandlers,
  type WebSocketLike,
  type WebSocketListener,
  WebSocketTransport,
} from "@mqtt5/core/adapter";
import type { MqttError, WebSocketOptions } from "@mqtt5/core";
import WebSocket from "isomorphic-ws";
import { type Destination, dial, type Progress, readyEvent } from "./dial.js";
import { toConnectionError, toUpgradeError } from "./node-error.js";

/** How the WebSocket is asked for and used. */
export interface WebSocketRequest extends WebSocketOptions {
  /** Headers of the upgrade, beside its own. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Opens a WebSocket transport to the server. */
export function openWebSocket(
  destination: Destination,
  handlers: TransportHandlers,
  { headers = {}, onePacketPerFrame = false }: WebSocketRequest = {},
): Transport {
  const { clock, server } = destination;
  return new WebSocketTransport(
    {
      url: server.href,
      clock,
      factory: (url, subprotocols, listener) =>
        new NodeWebSocket(destination, handlers, { url, headers, subprotocols, listener }),
      split: onePacketPerFrame ? splitPackets : undefined,
    },
    handlers,
  );
}

interface Opening extends Required<Pick<WebSocketRequest, "headers">> {
  readonly url: string;
  readonly subprotocols: readonly string[];
  readonly listener: WebSocketListener;
}

class NodeWebSocket implements WebSocketLike {
  readonly #webSocket: WebSocket;
  readonly #progress: Progress = { phase: "websocket" };
  #socket: Socket | undefined;
  #error: MqttError | undefined;

  constructor(
    destination: Destination,
    handlers: TransportHandlers,
    { url, headers, subprotocols, listener }: Opening,
  ) {
    const { server } = destination;
    const webSocket = new WebSocket(url, [...subprotocols], {
      headers: { ...headers },
      // MQTT is compact as it is, and deflate costs each connection memory and each message a copy.
      perMessageDeflate: false,
      // Text is refused whatever it says.
      skipUTF8Validation: true,
      // How large a packet may be is judged by its header, not by the message that it comes in.
      maxPayload: 0,
      createConnection: () => this.#dial(destination, handlers),
    });
    this.#webSocket = webSocket;
    webSocket.on("open", () => {
      this.#progress.phase = "connected";
      listener.opened();
    });
    webSocket.on("message", (data, isBinary) =>
      listener.received(isBinary && Buffer.isBuffer(data) ? data : undefined),
    );
    webSocket.on("unexpected-response", (_request, response) => {
      this.#error ??= toUpgradeError(response.statusCode ?? 0, response.statusMessage ?? "", server);
      webSocket.terminate();
    });
    webSocket.on("error", (error) => {
      this.#error ??= toConnectionError(error, this.#progress.phase, server);
    });
    webSocket.on("close", (code) => listener.closed({ code, error: this.#error }));
  }

  get protocol(): string {
    return this.#webSocket.protocol;
  }

  get bufferedAmount(): number {
    return this.#webSocket.bufferedAmount;
  }

  send(data: Uint8Array): void {
    this.#webSocket.send(data);
  }

  close(): void {
    this.#webSocket.close();
  }

  abort(): void {
    this.#webSocket.terminate();
    this.#socket?.destroy();
  }

  whenDrained(callback: () => void): void {
    this.#socket?.once("drain", callback);
  }

  #dial(destination: Destination, handlers: TransportHandlers): Socket {
    const progress = this.#progress;
    const onPhase = (phase: Progress["phase"]): void => {
      progress.phase = phase;
      handlers.phase(phase);
    };
    const socket = dial(destination, { progress, onPhase });
    socket.once(readyEvent(destination.server), () => onPhase("websocket"));
    this.#socket = socket;
    return socket;
  }
}
