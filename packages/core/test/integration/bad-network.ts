/**
 * A stretch of network that fails in every way there is, as a seed has it: delay, slices of a byte, stalls, resets, ends,
 * half-open connections, cuts at random. After a number of cuts it works, so that what runs over it comes to an end.
 */

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { BadConnection, type CutPosition } from "./bad-connection.js";
import { connectionRandom, type Cut, drawFaultPlan } from "./fault-plan.js";
import type { FramedPacket } from "./packet-framer.js";
import { RepeatedExchanges } from "./repeated-exchanges.js";

export interface BadNetworkOptions {
  /** A port on loopback. */
  readonly targetPort: number;
  readonly isWebSocket: boolean;
  readonly seed: number;
  /** How many connections are cut. */
  readonly cuts: number;
}

/** What has happened so far. */
export interface FaultCounts {
  readonly connections: number;
  readonly cuts: Readonly<Record<Cut, number>>;
  readonly insidePacket: number;
  readonly betweenPubrecAndPubcomp: number;
  /** How often the broker began a released exchange again, see {@link RepeatedExchanges}. */
  readonly repeatedExchanges: number;
}

export class BadNetwork {
  static async start(options: BadNetworkOptions): Promise<BadNetwork> {
    const network = new BadNetwork(options);
    network.#server.listen(0, "127.0.0.1");
    await once(network.#server, "listening");
    return network;
  }

  /** What the broker did wrong to the one client behind this network. */
  readonly repeatedExchanges: RepeatedExchanges = new RepeatedExchanges();

  readonly #options: BadNetworkOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #running = new Set<Promise<void>>();
  readonly #cuts: Record<Cut, number> = { reset: 0, end: 0, halfOpen: 0, silence: 0 };
  #connections = 0;
  #insidePacket = 0;
  #betweenPubrecAndPubcomp = 0;

  protected constructor(options: BadNetworkOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true }, (socket) => this.#join(socket));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get counts(): FaultCounts {
    return {
      connections: this.#connections,
      cuts: { ...this.#cuts },
      insidePacket: this.#insidePacket,
      betweenPubrecAndPubcomp: this.#betweenPubrecAndPubcomp,
      repeatedExchanges: this.repeatedExchanges.count,
    };
  }

  /** How many connections were cut. */
  get cutCount(): number {
    return Object.values(this.#cuts).reduce((sum, count) => sum + count, 0);
  }

  /** Whether nothing will go wrong with new connections. */
  get isSpent(): boolean {
    return this.cutCount >= this.#options.cuts;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#sockets.forEach((socket) => socket.destroy());
    await Promise.all([once(this.#server, "close"), ...this.#running]);
  }

  #join(near: Socket): void {
    const { seed, targetPort, isWebSocket } = this.#options;
    const far = connect({ port: targetPort, host: "127.0.0.1", noDelay: true });
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.once("close", () => this.#sockets.delete(socket));
    }
    this.#connections += 1;
    const random = connectionRandom(seed, this.#connections);
    const plan = this.isSpent ? undefined : drawFaultPlan(random);
    const onCut = ({ isInsidePacket, isBetweenPubrecAndPubcomp }: CutPosition): void => {
      this.#cuts[plan?.cut ?? "reset"] += 1;
      this.#insidePacket += isInsidePacket ? 1 : 0;
      this.#betweenPubrecAndPubcomp += isBetweenPubrecAndPubcomp ? 1 : 0;
    };
    const onServerPacket = (packet: FramedPacket): void => this.repeatedExchanges.note(packet);
    const running = new BadConnection({ near, far, plan, random, isWebSocket, onCut, onServerPacket }).run();
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
  }
}
