/** A proxy that does what a test tells it to, on raw bytes. */

import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { listen } from "./local-servers.js";

/** One connection to the proxy. */
export class ProxyConnection {
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      socket.emit("more");
    });
  }

  /** The next so many bytes that the client sent. */
  async read(length: number): Promise<Buffer> {
    while (this.#bytes.byteLength < length) {
      await once(this.#socket, "more");
    }
    const read = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return read;
  }

  /** What the client sent up to and with this text. */
  async readUntil(end: string): Promise<string> {
    while (!this.#bytes.includes(end)) {
      await once(this.#socket, "more");
    }
    return (await this.read(this.#bytes.indexOf(end) + end.length)).toString("latin1");
  }

  send(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Sends each byte in a turn of its own. */
  async sendSlowly(bytes: Uint8Array): Promise<void> {
    this.#socket.setNoDelay(true);
    for (const byte of bytes) {
      this.#socket.write(Uint8Array.of(byte));
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  }

  end(): void {
    this.#socket.end();
  }
}

/** A server that plays this script with each connection; gives its port. */
export async function serveScript(
  servers: Server[],
  script: (connection: ProxyConnection) => Promise<void>,
): Promise<number> {
  const server = createServer((socket) => void script(new ProxyConnection(socket)));
  servers.push(server);
  return listen(server);
}
