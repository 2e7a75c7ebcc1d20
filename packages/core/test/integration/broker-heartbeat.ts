/**
 * Keeps a mosquitto awake. Its main loop sleeps up to 100 ms as long as nothing happens on TCP, and looks at its
 * WebSockets once a round, where it reads no more than 4 KiB of each: without company a mebibyte takes it 25 seconds.
 */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { ByteWriter } from "../../src/codec/wire/byte-writer.js";
import { encodeConnect } from "../../src/codec/packets/connect.js";

const pauseMs = 1;
const pingreq = Uint8Array.of(0xc0, 0);

/** Who it is, and where. */
export interface HeartbeatOptions {
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** A connection that asks the broker again and again whether it is there. */
export class BrokerHeartbeat {
  readonly #socket: Socket;
  #pause: NodeJS.Timeout | undefined;

  constructor({ port, username, password }: HeartbeatOptions) {
    const writer = new ByteWriter();
    encodeConnect(writer, { type: "connect", cleanStart: true, keepAlive: 0, clientId: "", username, password });
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    writer.take().forEach((chunk) => this.#socket.write(chunk));
    this.#socket.on("data", () => {
      this.#pause ??= setTimeout(() => {
        this.#pause = undefined;
        this.#socket.write(pingreq);
      }, pauseMs);
    });
    // The broker may be gone before the one who started it knows.
    this.#socket.on("error", () => this.#socket.destroy());
  }

  async stop(): Promise<void> {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    if (!this.#socket.closed) {
      this.#socket.destroy();
      await once(this.#socket, "close");
    }
    clearTimeout(this.#pause);
  }
}
