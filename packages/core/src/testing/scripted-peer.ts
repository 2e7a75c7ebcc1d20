import { ByteWriter } from "../codec/wire/byte-writer.js";
import { clientPackets, type ReceivedClientPacket } from "../codec/client-packets.js";
import { encodeServerPacket } from "../codec/encode-any-packet.js";
import type { ServerPacket } from "../codec/server-packets.js";
import { PacketDecoder } from "../codec/packet-decoder.js";
import type { MqttError } from "../errors.js";
import type { Clock } from "../ports/clock.js";
import type { TransportFactory } from "../ports/transport.js";
import { type BytesLike, hexOfBytes, joinBytes } from "./bytes.js";
import { type MemoryConnection, MemoryNetwork } from "./memory-network.js";

/** An entry in the log of a {@link ScriptedPeer}. */
export interface WireLogEntry {
  /** The number of the connection, from 1. */
  readonly connection: number;
  /** The side that wrote the bytes. */
  readonly from: "client" | "server";
  /** The bytes of one write. */
  readonly bytes: Uint8Array;
}

/** The options of a {@link ScriptedPeer}. */
export interface ScriptedPeerOptions {
  /**
   * The clock of the peer, which `answer` and `acceptConnections` need. With a clock, a connection that the client
   * closes is closed at the end of the turn.
   */
  readonly clock?: Clock;
  /** The number of unread bytes above which the client is told to stop writing. Default: 65,536. */
  readonly highWaterMarkBytes?: number;
}

type ReceivedPacketType = ReceivedClientPacket["type"];
type ReceivedPacketOf<Type extends ReceivedPacketType> = Extract<ReceivedClientPacket, { readonly type: Type }>;

/** Returns the answer to a packet of the client: bytes, a packet, or undefined for none. */
export type ScriptedAnswer<Packet extends ReceivedClientPacket = ReceivedClientPacket> = (
  packet: Packet,
) => BytesLike | ServerPacket | undefined;

/** The bytes of a successful CONNACK without a session and without properties. */
export const plainConnack = "20 03 00 00 00";

/**
 * A server that does what the test says, byte by byte, on connections in memory.
 *
 * Pass `transport` to the client. The test then acts on the newest connection: it opens it, sends bytes (also bytes
 * that are no packet), and takes the packets of the client out with `expect`, one after the other. `log` has all bytes.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock();
 * const peer = new ScriptedPeer({ clock });
 * // The platform of the client has this clock, and its prepareTransport returns peer.transport.
 * client.start();
 * await clock.settle();
 * peer.open();
 * await clock.settle();
 * peer.expect("connect");
 * peer.send(plainConnack);
 * ```
 */
export class ScriptedPeer {
  /** All bytes that the two sides wrote, in order. */
  readonly log: readonly WireLogEntry[];

  readonly #log: WireLogEntry[] = [];
  readonly #network: MemoryNetwork;
  readonly #clock: Clock | undefined;
  readonly #answers = new Map<ReceivedPacketType, ScriptedAnswer>();
  #received: ReceivedClientPacket[] = [];
  #acceptsByItself: BytesLike | undefined;

  constructor(options: ScriptedPeerOptions = {}) {
    this.log = this.#log;
    this.#clock = options.clock;
    this.#network = new MemoryNetwork({
      ...options,
      onConnection: (connection) => this.#watch(connection),
    });
  }

  /** The transport factory for the client. Its connections lead to this peer. */
  get transport(): TransportFactory {
    return this.#network.open;
  }

  /** All connections that the client asked for, in order. */
  get connections(): readonly MemoryConnection[] {
    return this.#network.connections;
  }

  /**
   * The newest connection.
   *
   * @throws {Error} The client has not asked for a connection yet.
   */
  get connection(): MemoryConnection {
    return this.#network.latest;
  }

  /**
   * Opens the newest connection. The client then sends CONNECT.
   *
   * @throws {Error} The connection is not `opening`.
   */
  open(): void {
    this.connection.open();
  }

  /**
   * Sends bytes on the newest connection.
   *
   * @throws {Error} The connection is neither `open` nor `closing`.
   */
  send(...parts: readonly BytesLike[]): void {
    this.#send(this.connection, joinBytes(parts));
  }

  /**
   * Sends a packet on the newest connection.
   *
   * @throws {Error} The connection is neither `open` nor `closing`.
   */
  sendPacket(packet: ServerPacket): void {
    this.send(encode(packet));
  }

  /**
   * Ends the newest connection, or refuses to open it.
   *
   * @param error the cause that the client is told. Without one, the connection is closed in order.
   */
  close(error?: MqttError): void {
    if (!error) {
      this.connection.close();
    } else {
      this.connection.fail(error);
    }
  }

  /**
   * Takes out the next packet that the client sent.
   *
   * @throws {Error} The packet is of another type, or there is none.
   */
  expect<Type extends ReceivedPacketType>(type: Type): ReceivedPacketOf<Type> {
    const packet = this.#received.shift();
    if (!packet || !isOfType(packet, type)) {
      throw new Error(`expected ${type}, the client sent ${packet?.type ?? "nothing"}\n${this.describeLog()}`);
    }
    return packet;
  }

  /**
   * Checks that the test has taken out all packets of the client.
   *
   * @throws {Error} A packet is left.
   */
  expectNothing(): void {
    const [packet] = this.#received;
    if (packet) {
      throw new Error(`expected nothing, the client sent ${packet.type}\n${this.describeLog()}`);
    }
  }

  /** Takes out all packets of the client that are left. */
  takeAll(): readonly ReceivedClientPacket[] {
    return this.#received.splice(0);
  }

  /**
   * Answers packets of one type from now on, each at the end of the turn in which it came. `expect` still takes them
   * out.
   *
   * @throws {Error} The peer has no clock.
   */
  answer<Type extends ReceivedPacketType>(type: Type, answer: ScriptedAnswer<ReceivedPacketOf<Type>>): void {
    this.#demandClock();
    this.#answers.set(type, (packet) => (isOfType(packet, type) ? answer(packet) : undefined));
  }

  /**
   * Opens each connection from now on, at the end of the turn in which the client asked for it, and answers its
   * CONNECT.
   *
   * @throws {Error} The peer has no clock.
   */
  acceptConnections(connack: BytesLike = plainConnack): void {
    const clock = this.#demandClock();
    this.#acceptsByItself = connack;
    this.answer("connect", () => connack);
    const newest = this.connections.at(-1);
    if (newest?.state === "opening") {
      clock.endOfTurn(() => openIfWaiting(newest));
    }
  }

  /** Returns the log as text, with one line for each entry, for the message of a failing test. */
  describeLog(): string {
    return this.#log
      .map(({ connection, from, bytes }) => `${connection} ${from === "client" ? "→" : "←"} ${hexOfBytes(bytes)}`)
      .join("\n");
  }

  #watch(connection: MemoryConnection): void {
    const decoder = new PacketDecoder(clientPackets);
    connection.onWrite((bytes) => {
      this.#log.push({ connection: connection.number, from: "client", bytes });
      decoder.push(bytes);
      for (let packet = decoder.next(); packet; packet = decoder.next()) {
        this.#take(connection, packet);
      }
    });
    if (this.#acceptsByItself !== undefined) {
      this.#clock?.endOfTurn(() => openIfWaiting(connection));
    }
  }

  #take(connection: MemoryConnection, packet: ReceivedClientPacket): void {
    this.#received.push(packet);
    const reply = this.#answers.get(packet.type)?.(packet);
    if (reply !== undefined) {
      const replyBytes = isBytes(reply) ? joinBytes([reply]) : encode(reply);
      this.#clock?.endOfTurn(() => {
        if (connection.state === "open") {
          this.#send(connection, replyBytes);
        }
      });
    }
  }

  #send(connection: MemoryConnection, bytes: Uint8Array): void {
    this.#log.push({ connection: connection.number, from: "server", bytes });
    connection.send(bytes);
  }

  #demandClock(): Clock {
    if (!this.#clock) {
      throw new Error("to answer by itself the peer needs a clock");
    }
    return this.#clock;
  }
}

function encode(packet: ServerPacket): Uint8Array {
  const writer = new ByteWriter();
  encodeServerPacket(writer, packet);
  return joinBytes(writer.take());
}

function isBytes(answer: BytesLike | ServerPacket): answer is BytesLike {
  return typeof answer === "string" || answer instanceof Uint8Array;
}

function isOfType<Type extends ReceivedPacketType>(
  packet: ReceivedClientPacket,
  type: Type,
): packet is ReceivedPacketOf<Type> {
  return packet.type === type;
}

function openIfWaiting(connection: MemoryConnection): void {
  if (connection.state === "opening") {
    connection.open();
  }
}
