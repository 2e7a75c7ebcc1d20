/**
 * Reads the bytes of the server as packets, and hands each packet to the part that handles it. If the server breaks a
 * rule, the connection ends after the earlier messages are delivered and answered. If there is no memory for a packet,
 * it ends at once.
 */

import { DisconnectReasonCode } from "../codec/reason-codes.js";
import type { ServerPacket } from "../codec/server-packets.js";
import { PeerError, ProtocolViolationError } from "../errors.js";
import type { ConnectionAttempt } from "./connection/attempt.js";
import { foreignProtocolError } from "./errors/foreign-protocol.js";
import { checkProblemInformation } from "./connection/problem-information.js";
import { ConnectionError } from "./errors/connection-errors.js";
import type { Lifecycle } from "./lifecycle/lifecycle.js";
import type { Session } from "./session/session.js";

export class PacketReader {
  readonly #lifecycle: Lifecycle;
  readonly #session: Session;

  /** The bytes and packets that were received over all connections. */
  bytesReceived = 0;
  packetsReceived = 0;

  constructor(lifecycle: Lifecycle, session: Session) {
    this.#lifecycle = lifecycle;
    this.#session = session;
  }

  /** Takes in the bytes of an attempt. Any bytes give packets, or one error of the peer. */
  handleBytes(now: number, attempt: ConnectionAttempt, chunk: Uint8Array): void {
    if (attempt.peerError || !this.#lifecycle.isReceiving) {
      return;
    }
    this.bytesReceived += chunk.byteLength;
    const error = attempt.receive(chunk);
    if (error) {
      this.#lifecycle.leave(now, error);
    }
    if (attempt.isUnheard) {
      attempt.isUnheard = false;
      attempt.peerError = foreignProtocolError(chunk)?.inPhase(attempt.phase);
      if (attempt.peerError) {
        return;
      }
    }
    const packetsBefore = this.packetsReceived;
    this.readPackets(now, attempt);
    const keepAlive = attempt.connection?.keepAlive;
    if (this.packetsReceived > packetsBefore) {
      keepAlive?.handleReceived(now);
    }
    if (attempt.isInsidePacket) {
      keepAlive?.handleReceiving(now, chunk.byteLength);
    }
  }

  /** Reads the packets that may be read now. */
  readPackets(now: number, attempt: ConnectionAttempt): void {
    try {
      // While the application verifies CONNACK, the packets after it wait.
      while (this.#lifecycle.isReceiving && attempt.authentication?.isVerifyingConnack !== true) {
        const packet = attempt.nextPacket();
        if (!packet) {
          return;
        }
        this.packetsReceived += 1;
        this.#handlePacket(now, attempt, packet);
      }
    } catch (error) {
      if (error instanceof PeerError) {
        attempt.peerError = error.inPhase(attempt.phase);
      } else if (error instanceof ConnectionError) {
        this.#lifecycle.leave(now, error, DisconnectReasonCode.QuotaExceeded);
      } else {
        throw error;
      }
    }
  }

  #handlePacket(now: number, attempt: ConnectionAttempt, packet: ServerPacket): void {
    const { authentication, connect, connection } = attempt;
    if (connect?.requestProblemInformation === false) {
      checkProblemInformation(packet);
    }
    if (packet.type === "disconnect") {
      this.#lifecycle.handleServerDisconnect(now, attempt, packet);
    } else if (packet.type === "auth") {
      if (!authentication) {
        throw new ProtocolViolationError("AUTH without a method in CONNECT", "MQTT-4.12.0-6");
      }
      authentication.handleAuth(now, packet);
      attempt.awaitServer(now);
    } else if (packet.type === "connack") {
      if (connection || !connect) {
        throw new ProtocolViolationError("a second CONNACK", "MQTT-3.2.0-2");
      }
      this.#lifecycle.handleConnack(now, attempt, connect, packet);
    } else if (!connection) {
      throw new ProtocolViolationError(`${packet.type} before CONNACK`, "MQTT-3.2.0-1");
    } else if (packet.type === "pingresp") {
      connection.keepAlive.handlePingresp();
    } else {
      this.#session.handlePacket(now, connection, packet, attempt.packetSize);
    }
  }
}
