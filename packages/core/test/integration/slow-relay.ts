/** A stretch of network between client and broker that is slow in both directions. */

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** The size of the pieces that the relay passes on. */
const pieceBytes = 16_384;

export class SlowRelay {
  /** Passes on every connection to a port on loopback, with so many bytes a second in each direction. */
  static async start(targetPort: number, bytesPerSecond: number): Promise<SlowRelay> {
    const relay = new SlowRelay(targetPort, bytesPerSecond);
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    return relay;
  }

  readonly #bytesPerSecond: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  protected constructor(targetPort: number, bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#server = createServer({ noDelay: true, highWaterMark: pieceBytes }, (near) => {
      const far = connect({ port: targetPort, host: "127.0.0.1", noDelay: true });
      this.#pass(near, far);
      this.#pass(far, near);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await once(this.#server, "close");
  }

  /** Reads a piece, and the next one when the line has carried this one. */
  #pass(from: Socket, to: Socket): void {
    let isFreeAt = performance.now();
    this.#sockets.add(from);
    from.on("data", (piece: Buffer) => {
      to.write(piece);
      const now = performance.now();
      isFreeAt = Math.max(isFreeAt, now) + (piece.byteLength / this.#bytesPerSecond) * 1_000;
      from.pause();
      setTimeout(() => from.resume(), isFreeAt - now);
    });
    from.on("error", () => to.destroy());
    from.on("close", () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
