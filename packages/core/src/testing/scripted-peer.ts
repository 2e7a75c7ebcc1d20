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

/** One line of a {@link ScriptedPeer}'s log. */
export interface WireLogEntry {
  /** Which connection it was, counted from 1. */
  readonly connection: number;
  readonly from: "client" | "server";
  /** What was written in one call. */
  readonly bytes: Uint8Array;
}

/** What may be set of a {@link ScriptedPeer}. */
export interface ScriptedPeerOptions {
  /** Needed for `answer`, and makes the peer close what the client closes. */
  readonly clock?: Clock;
  /** The client is told to stop writing when more than so many bytes are unread; default 65 536. */
  readonly highWaterMarkBytes?: number;
}

type ReceivedPacketType = ReceivedClientPacket["type"];
type ReceivedPacketOf<Type extends ReceivedPacketType> = Extract<ReceivedClientPacket, { readonly type: Type }>;

/** What a peer sends in answer to a packet: bytes, a packet, or nothing. */
export type ScriptedAnswer<Packet extends ReceivedClientPacket = ReceivedClientPacket> = (
  packet: Packet,
) => BytesLike | ServerPacket | undefined;

/** CONNACK with success, without a session and without properties. */
export const plainConnack = "20 03 00 00 00";

/**
 * A server that does what the test says, byte by byte, on connections in memory.
 *
 * Give `transport` to the client. The test then acts on the newest connection: it accepts it, sends bytes, whether they
 * are packets or not, and takes the client's packets out one after the other with `expect`. `log` has all that passed.
 *
 * ```ts
 * const peer = new ScriptedPeer();
 * // … the client starts, with peer.transport
 * peer.open();
 * peer.expect("connect");
 * peer.send(plainConnack);
 * ```
 */
export class ScriptedPeer {
  /** Everything that passed, in order. */
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

  /** Opens connections to this peer. */
  get transport(): TransportFactory {
    return this.#network.open;
  }

  /** Every connection that the client asked for, first to last. */
  get connections(): readonly MemoryConnection[] {
    return this.#network.connections;
  }

  /** The newest connection; throws when there was none yet. */
  get connection(): MemoryConnection {
    return this.#network.latest;
  }

  /** Opens the newest connection, so that the client sends CONNECT. */
  open(): void {
    this.connection.open();
  }

  /** Sends these bytes on the newest connection. */
  send(...parts: readonly BytesLike[]): void {
    this.#send(this.connection, joinBytes(parts));
  }

  /** Sends this packet on the newest connection. */
  sendPacket(packet: ServerPacket): void {
    this.send(encode(packet));
  }

  /** Breaks the newest connection, or refuses to open it; without an error it is an orderly close. */
  close(error?: MqttError): void {
    if (!error) {
      this.connection.close();
    } else {
      this.connection.fail(error);
    }
  }

  /** Takes the next packet that the client sent; throws when it is of another type, or when there is none. */
  expect<Type extends ReceivedPacketType>(type: Type): ReceivedPacketOf<Type> {
    const packet = this.#received.shift();
    if (!packet || !isOfType(packet, type)) {
      throw new Error(`expected ${type}, the client sent ${packet?.type ?? "nothing"}\n${this.describeLog()}`);
    }
    return packet;
  }

  /** Throws when the client sent a packet that was not taken out yet. */
  expectNothing(): void {
    const [packet] = this.#received;
    if (packet) {
      throw new Error(`expected nothing, the client sent ${packet.type}\n${this.describeLog()}`);
    }
  }

  /** Takes out every packet that the client sent and the test has not looked at. */
  takeAll(): readonly ReceivedClientPacket[] {
    return this.#received.splice(0);
  }

  /**
   * Answers packets of this type by itself from now on, at the end of the turn in which they came. They can still be
   * taken out with `expect`.
   */
  answer<Type extends ReceivedPacketType>(type: Type, answer: ScriptedAnswer<ReceivedPacketOf<Type>>): void {
    this.#demandClock();
    this.#answers.set(type, (packet) => (isOfType(packet, type) ? answer(packet) : undefined));
  }

  /**
   * Opens each connection by itself from now on, at the end of the turn in which it was asked for, and answers its
   * CONNECT.
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

  /** The log as text, one line an entry, for the message of a failing test. */
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
