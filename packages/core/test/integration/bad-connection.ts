/** A connection between client and server that fails as its plan says, and knows where in the protocol it was cut. */

import type { Socket } from "node:net";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import type { Direction, FaultPlan } from "./fault-plan.js";
import { type FramedPacket, PacketFramer } from "./packet-framer.js";
import { WebSocketFramer } from "./websocket-framer.js";

/** Where in the protocol a connection was cut. */
export interface CutPosition {
  /** One direction at least broke off inside a packet, or inside a frame of a WebSocket. */
  readonly isInsidePacket: boolean;
  /** A PUBREC had passed, and not yet its PUBCOMP, for a message of the client or for one of the server. */
  readonly isBetweenPubrecAndPubcomp: boolean;
}

export interface BadConnectionOptions {
  readonly near: Socket;
  readonly far: Socket;
  /** Left out, nothing is wrong with it. */
  readonly plan: FaultPlan | undefined;
  readonly random: () => number;
  readonly isWebSocket: boolean;
  readonly onCut: (position: CutPosition) => void;
  /** A packet of the server has passed as a whole. */
  readonly onServerPacket: (packet: FramedPacket) => void;
}

interface Lane {
  readonly direction: Direction;
  readonly source: Socket;
  readonly sink: Socket;
  readonly packets: PacketFramer;
  readonly frames: WebSocketFramer | undefined;
  passed: number;
}

const largestRandomPiece = 200;

/** Shorter than a packet that acknowledges, often, so that an aimed cut falls inside one as well. */
const largestAimingPiece = 5;

export class BadConnection {
  readonly #options: BadConnectionOptions;
  readonly #lanes: readonly Lane[];
  #isCut = false;

  constructor(options: BadConnectionOptions) {
    const { near, far, isWebSocket, onServerPacket } = options;
    const lane = (direction: Direction, source: Socket, sink: Socket): Lane => {
      const packets = new PacketFramer(direction === "toClient" ? onServerPacket : undefined);
      const frames = isWebSocket ? new WebSocketFramer((data) => packets.read(data)) : undefined;
      return { direction, source, sink, packets, frames, passed: 0 };
    };
    this.#options = options;
    this.#lanes = [lane("toServer", near, far), lane("toClient", far, near)];
  }

  /** Resolves when both sides are closed. */
  async run(): Promise<void> {
    const { near, far } = this.#options;
    near.once("close", () => {
      // What nobody was told of, the server has to find out by itself.
      if (!this.#isCut || this.#options.plan?.cut !== "silence") {
        far.destroy();
      }
    });
    far.once("close", () => {
      if (!this.#isCut) {
        near.destroy();
      }
    });
    await Promise.all([...this.#lanes.map((lane) => this.#carry(lane)), closed(near), closed(far)]);
  }

  async #carry(lane: Lane): Promise<void> {
    const { source, sink } = lane;
    const { plan } = this.#options;
    try {
      for await (const chunk of source.iterator({ destroyOnReturn: false })) {
        if (plan !== undefined && plan.delayMs > 0) {
          await wait(plan.delayMs);
        }
        await this.#passChunk(lane, chunk as Uint8Array);
      }
      if (!this.#isCut) {
        sink.end();
      }
    } catch {
      // A socket that breaks shows as the end of both, which only one that is read can see.
      source.resume();
    }
  }

  /** After the cut what still comes is read, and lost. */
  async #passChunk(lane: Lane, chunk: Uint8Array): Promise<void> {
    let at = 0;
    while (at < chunk.length && !this.#isCut) {
      const length = Math.min(this.#pieceLength(), this.#lengthToFault(lane));
      const piece = chunk.subarray(at, at + length);
      await write(lane.sink, piece);
      at += piece.length;
      this.#note(lane, piece);
      await this.#fail(lane);
      if (this.#options.plan !== undefined && this.#options.plan.slicing !== "asTheyCome") {
        await turn();
      }
    }
  }

  #pieceLength(): number {
    const { plan, random } = this.#options;
    switch (plan?.slicing) {
      case "oneByte":
        return 1;
      case "random":
        return 1 + Math.floor(random() * largestRandomPiece);
      case "asTheyCome":
      case undefined:
        return Infinity;
    }
  }

  /** How many bytes pass in this direction before the next thing happens. */
  #lengthToFault({ direction, passed }: Lane): number {
    const { plan } = this.#options;
    if (plan?.direction !== direction) {
      return Infinity;
    }
    if (passed >= plan.cutAfterBytes) {
      return 1 + Math.floor(this.#options.random() * largestAimingPiece);
    }
    const faults = [plan.cutAfterBytes, ...(plan.stallMs > 0 ? [plan.stallAfterBytes] : [])];
    return Math.min(...faults.filter((at) => at > passed)) - passed;
  }

  #hasOpenExchange(): boolean {
    return this.#lanes.some(({ packets }) => packets.openExchanges > 0);
  }

  #note(lane: Lane, piece: Uint8Array): void {
    lane.passed += piece.length;
    (lane.frames ?? lane.packets).read(piece);
  }

  async #fail({ direction, passed }: Lane): Promise<void> {
    const { plan } = this.#options;
    // The other direction may have come to it while this one was writing.
    if (plan?.direction !== direction || this.#isCut) {
      return;
    }
    if (passed >= plan.cutAfterBytes && (!plan.isAimed || this.#hasOpenExchange())) {
      this.#cut(plan);
    } else if (plan.stallMs > 0 && passed === plan.stallAfterBytes) {
      await wait(plan.stallMs);
    }
  }

  #cut({ cut }: FaultPlan): void {
    const { near, far, onCut } = this.#options;
    this.#isCut = true;
    onCut({
      isInsidePacket: this.#lanes.some(({ packets, frames }) => packets.isInside || frames?.isInside === true),
      isBetweenPubrecAndPubcomp: this.#hasOpenExchange(),
    });
    switch (cut) {
      case "reset":
        near.resetAndDestroy();
        far.resetAndDestroy();
        break;
      case "end":
        near.end();
        far.end();
        break;
      case "halfOpen":
        far.resetAndDestroy();
        break;
      case "silence":
        break;
    }
  }
}

/** Resolves when the system has taken the bytes. */
function write(sink: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    sink.write(bytes, (error) => (error === undefined || error === null ? resolve() : reject(error)));
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) {
      resolve();
    }
    socket.once("close", () => resolve());
  });
}
