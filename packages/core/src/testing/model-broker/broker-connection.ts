/** One connection of a client to the model broker: packets in, answers out, and the deliveries of its session. */
import { clientPackets, type ReceivedClientPacket } from "../../codec/client-packets.js";
import { PacketDecoder } from "../../codec/packet-decoder.js";
import type { AuthPacket } from "../../codec/packets/auth.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import type { PublishPacket } from "../../codec/packets/publish.js";
import type { SubscribePacket } from "../../codec/packets/subscribe.js";
import type { UnsubscribePacket } from "../../codec/packets/unsubscribe.js";
import {
  AuthReasonCode,
  ConnectReasonCode,
  DisconnectReasonCode,
  PubrelReasonCode,
  UnsubackReasonCode,
} from "../../codec/reason-codes.js";
import type { ServerPacket } from "../../codec/server-packets.js";
import { ProtocolViolationError } from "../../errors.js";
import type { MemoryConnection } from "../memory-network.js";
import type { WirePacket } from "./broker-records.js";
import type { AuthenticationStep, ConnectAnswer, ModelBrokerOptions } from "./broker-options.js";
import { BrokerOutput, type PublishAnswer } from "./broker-output.js";
import type { BrokerSession, MutableDelivery } from "./broker-session.js";
import { isExpired, isUnderWay, publishOf } from "./delivery-packets.js";

/** The lowest reason code that says that something failed. */
const firstFailure = 0x80;

/** The parts of its broker that a connection works with. */
export interface BrokerParts {
  readonly options: ModelBrokerOptions;
  /** Makes a session or finds it. Tells whether it was there. */
  readonly openSession: (connection: BrokerConnection, connect: ConnectPacket) => [BrokerSession, boolean];
  /** Ends a session when it expires, or at once if the client never learned of it. */
  readonly closeSession: (session: BrokerSession, isUnannounced: boolean) => void;
  readonly take: (packet: PublishPacket, session: BrokerSession) => void;
  readonly sendRetained: (session: BrokerSession, topicFilter: string) => void;
  readonly record: (connection: BrokerConnection, from: "client" | "server", packet: WirePacket) => void;
  readonly complain: (complaint: string) => void;
}

export class BrokerConnection {
  /** The number of the connection in its network, from 1. */
  readonly number: number;

  readonly #parts: BrokerParts;
  readonly #link: MemoryConnection;
  readonly #output: BrokerOutput;
  readonly #decoder = new PacketDecoder(clientPackets);
  readonly #topicsByAlias = new Map<number, string>();
  /** The QoS 1 and 2 publishes of the client that it may still wait for. Our Receive Maximum limits their number. */
  readonly #unanswered = new Set<number>();
  #connect: ConnectPacket | undefined;
  #answer: ConnectAnswer = {};
  #session: BrokerSession | undefined;
  #authenticationSteps = 0;
  /** Whether the client cannot know of the session yet: it is new, and CONNACK was not sent. */
  #isUnannounced = false;
  #isClosing = false;
  #isDone = false;

  constructor(link: MemoryConnection, parts: BrokerParts) {
    this.number = link.number;
    this.#link = link;
    this.#parts = parts;
    this.#output = new BrokerOutput(link, parts.options, (packet) => {
      this.#note(packet);
    });
    link.onWrite((bytes) => {
      this.#read(bytes);
    });
  }

  /** The session. Undefined until the broker has accepted CONNECT, and after the connection. */
  get session(): BrokerSession | undefined {
    return this.#session;
  }

  /** Whether the client can be reached: CONNACK was sent, or is on its way, and nothing has ended the connection. */
  get isOpen(): boolean {
    return this.#session !== undefined && !this.#isDone;
  }

  /** Holds back these acknowledgements of what the client publishes, and lets the others go. */
  hold(types: readonly PublishAnswer["type"][]): void {
    this.#output.hold(types);
  }

  /** Sends DISCONNECT and closes the connection, at the end of the turn. */
  disconnect(reasonCode: number): void {
    this.#closeWith({ type: "disconnect", reasonCode });
  }

  /** Sends the deliveries of the session that may go: one for each free unit of the client's Receive Maximum. */
  deliver(): void {
    const session = this.#session;
    if (!session || this.#isDone) {
      return;
    }
    const now = this.#parts.options.clock.now();
    let room = (this.#connect?.receiveMaximum ?? 65_535) - session.deliveries.filter(isUnderWay).length;
    for (const delivery of [...session.deliveries]) {
      if (delivery.state === "queued" && isExpired(delivery, now)) {
        session.finish(delivery, "lost");
      } else if (delivery.state === "queued" && (delivery.qos === 0 || room > 0)) {
        room -= delivery.qos === 0 ? 0 : 1;
        this.#send(session, delivery);
      }
    }
  }

  #read(bytes: Uint8Array): void {
    try {
      this.#decoder.push(bytes);
      for (let packet = this.#decoder.next(); packet && !this.#isClosing; packet = this.#decoder.next()) {
        this.#parts.record(this, "client", packet);
        this.#handle(packet);
      }
    } catch (error) {
      const reasonCode = error instanceof ProtocolViolationError ? error.reasonCode : undefined;
      this.#blame(error instanceof Error ? error.message : "", reasonCode ?? DisconnectReasonCode.MalformedPacket);
    }
  }

  #handle(packet: ReceivedClientPacket): void {
    if (packet.type === "connect") {
      this.#handleConnect(packet);
    } else if (packet.type === "auth") {
      this.#handleAuth(packet);
    } else if (packet.type === "disconnect") {
      this.#handleDisconnect(packet.sessionExpiryInterval);
    } else if (this.#session) {
      this.#handleInSession(packet, this.#session);
    } else {
      this.#blame(`${packet.type} before CONNACK`, DisconnectReasonCode.ProtocolError);
    }
  }

  #handleInSession(
    packet: Exclude<ReceivedClientPacket, { type: "connect" | "auth" | "disconnect" }>,
    session: BrokerSession,
  ): void {
    switch (packet.type) {
      case "publish":
        return this.#handlePublish(packet, session);
      case "pubrel":
        return this.#handlePubrel(packet.packetId, session);
      case "subscribe":
        return this.#handleSubscribe(packet, session);
      case "unsubscribe":
        return this.#handleUnsubscribe(packet, session);
      case "pingreq":
        return this.#output.send({ type: "pingresp" });
      case "puback":
        return this.#finish(session.find(packet.packetId, 1), packet.reasonCode, session);
      case "pubrec":
        return this.#handlePubrec(packet.packetId, packet.reasonCode, session);
      case "pubcomp":
        return this.#finish(session.find(packet.packetId, 2), packet.reasonCode, session);
    }
  }

  #handleConnect(connect: ConnectPacket): void {
    if (this.#connect) {
      return this.#blame("a second CONNECT", DisconnectReasonCode.ProtocolError);
    }
    this.#connect = connect;
    this.#answer = this.#parts.options.answerConnect?.(connect) ?? {};
    const { reasonCode = 0 } = this.#answer;
    if (reasonCode !== 0) {
      this.#closeWith({ type: "connack", sessionPresent: false, ...this.#answer, reasonCode });
    } else if (connect.authenticationMethod === undefined) {
      this.#accept(connect);
    } else {
      this.#authenticate(connect.authenticationMethod, connect.authenticationData, "connect");
    }
  }

  #handleAuth(packet: AuthPacket): void {
    const { authenticationMethod: method, authenticationData: data, reasonCode } = packet;
    if (method === undefined || method !== this.#connect?.authenticationMethod) {
      return this.#blame("AUTH with another method", DisconnectReasonCode.ProtocolError); // MQTT-4.12.0-5
    }
    if (reasonCode === AuthReasonCode.ReAuthenticate) {
      this.#authenticationSteps = 0;
    }
    this.#authenticate(method, data, this.#session ? "reauthenticate" : "connect");
  }

  #authenticate(method: string, given: Uint8Array | string | undefined, kind: AuthenticationStep["kind"]): void {
    this.#authenticationSteps += 1;
    const data = typeof given === "string" || given === undefined ? new Uint8Array(0) : given;
    const step: AuthenticationStep = { method, data, step: this.#authenticationSteps, kind };
    const answer = this.#parts.options.answerAuthentication?.(step) ?? { verdict: "accept" };
    const properties = {
      authenticationMethod: method,
      ...(answer.data === undefined ? {} : { authenticationData: answer.data }),
    };
    if (answer.verdict === "challenge") {
      this.#output.send({ type: "auth", reasonCode: AuthReasonCode.ContinueAuthentication, ...properties });
    } else if (answer.verdict === "refuse") {
      this.#refuse(DisconnectReasonCode.NotAuthorized);
    } else if (kind === "reauthenticate") {
      this.#output.send({ type: "auth", reasonCode: AuthReasonCode.Success, ...properties });
    } else if (this.#connect) {
      this.#answer = { ...this.#answer, ...properties };
      this.#accept(this.#connect);
    }
  }

  #accept(connect: ConnectPacket): void {
    const [session, wasPresent] = this.#parts.openSession(this, connect);
    this.#session = session;
    this.#isUnannounced = !wasPresent;
    session.expiryInterval = this.#answer.sessionExpiryInterval ?? connect.sessionExpiryInterval ?? 0;
    session.handleConnected();
    this.#output.send({
      type: "connack",
      sessionPresent: wasPresent,
      ...(connect.clientId === "" ? { assignedClientIdentifier: session.clientId } : {}),
      ...this.#answer,
      reasonCode: ConnectReasonCode.Success,
    });
    for (const packetId of this.#parts.options.repeatsPubrec === true ? session.receivedIds : []) {
      this.#output.answer({ type: "pubrec", packetId, reasonCode: 0 });
    }
    this.#resume(session);
    this.deliver();
  }

  /** Sends what the session has under way once more, in order (section 4.4). */
  #resume(session: BrokerSession): void {
    for (const delivery of session.deliveries.filter(isUnderWay)) {
      if (delivery.state === "released") {
        this.#output.send({ type: "pubrel", packetId: delivery.packetId, reasonCode: PubrelReasonCode.Success });
      } else {
        // It waits for its turn with the others, since the Receive Maximum may be smaller than before.
        delivery.state = "queued";
      }
    }
  }

  #handlePublish(packet: PublishPacket, session: BrokerSession): void {
    const topic = this.#topicOf(packet);
    if (topic === undefined) {
      return this.#blame(
        `topic alias ${String(packet.topicAlias)} stands for nothing`,
        DisconnectReasonCode.TopicAliasInvalid,
      );
    }
    const { packetId = 0, qos } = packet;
    if (qos === 0) {
      this.#parts.take({ ...packet, topic }, session);
      return;
    }
    this.#unanswered.add(packetId);
    if (this.#unanswered.size > (this.#answer.receiveMaximum ?? 65_535)) {
      return this.#blame("Receive Maximum exceeded", DisconnectReasonCode.ReceiveMaximumExceeded); // MQTT-3.3.4-9
    }
    const isRepeated = qos === 2 && session.receivedIds.has(packetId);
    const reasonCode = isRepeated ? 0 : (this.#parts.options.answerPublish?.(packet) ?? 0);
    if (reasonCode < firstFailure && !isRepeated) {
      this.#parts.take({ ...packet, topic }, session);
    }
    if (qos === 2 && reasonCode < firstFailure) {
      session.receive(packetId);
    }
    this.#output.answer({ type: qos === 1 ? "puback" : "pubrec", packetId, reasonCode });
  }

  #topicOf({ topic, topicAlias }: PublishPacket): string | undefined {
    if (topicAlias === undefined) {
      return topic;
    }
    if (topicAlias < 1 || topicAlias > (this.#answer.topicAliasMaximum ?? 0)) {
      return undefined;
    }
    if (topic !== "") {
      this.#topicsByAlias.set(topicAlias, topic);
    }
    return this.#topicsByAlias.get(topicAlias);
  }

  #handlePubrel(packetId: number, session: BrokerSession): void {
    const isKnown = session.release(packetId);
    const reasonCode = isKnown ? PubrelReasonCode.Success : PubrelReasonCode.PacketIdentifierNotFound;
    this.#output.answer({ type: "pubcomp", packetId, reasonCode });
  }

  #handlePubrec(packetId: number, reasonCode: number, session: BrokerSession): void {
    const delivery = session.find(packetId, 2);
    if (reasonCode >= firstFailure) {
      this.#finish(delivery, reasonCode, session);
      return;
    }
    if (delivery) {
      delivery.state = "released";
    }
    const answer = delivery ? PubrelReasonCode.Success : PubrelReasonCode.PacketIdentifierNotFound;
    this.#output.send({ type: "pubrel", packetId, reasonCode: answer });
  }

  #finish(delivery: MutableDelivery | undefined, reasonCode: number, session: BrokerSession): void {
    if (delivery) {
      session.finish(delivery, reasonCode >= firstFailure ? "refused" : "acknowledged");
      this.deliver();
    }
  }

  #handleSubscribe(packet: SubscribePacket, session: BrokerSession): void {
    const { packetId, subscriptionIdentifier: identifier } = packet;
    const decide = this.#parts.options.answerSubscription;
    const reasonCodes = packet.subscriptions.map((subscription) => decide?.(subscription) ?? subscription.qos);
    this.#output.send({ type: "suback", packetId, reasonCodes });
    for (const [index, subscription] of packet.subscriptions.entries()) {
      const reasonCode = reasonCodes[index];
      if (reasonCode === 0 || reasonCode === 1 || reasonCode === 2) {
        const isNew = session.subscribe({ ...subscription, qos: reasonCode, identifier });
        if (subscription.retainHandling === 0 || (subscription.retainHandling === 1 && isNew)) {
          this.#parts.sendRetained(session, subscription.topicFilter);
        }
      }
    }
  }

  #handleUnsubscribe({ packetId, topicFilters }: UnsubscribePacket, session: BrokerSession): void {
    const reasonCodes = topicFilters.map((topicFilter) =>
      session.unsubscribe(topicFilter) ? UnsubackReasonCode.Success : UnsubackReasonCode.NoSubscriptionExisted,
    );
    this.#output.send({ type: "unsuback", packetId, reasonCodes });
  }

  #handleDisconnect(sessionExpiryInterval: number | undefined): void {
    if (this.#session && sessionExpiryInterval !== undefined) {
      this.#session.expiryInterval = sessionExpiryInterval;
    }
    this.end();
  }

  /** Sends PUBLISH: the first time, or once more on a connection that resumed the session. */
  #send(session: BrokerSession, delivery: MutableDelivery): void {
    if (delivery.qos > 0 && delivery.packetId === 0) {
      delivery.packetId = session.takePacketId();
    }
    this.#output.send(publishOf(delivery, this.#parts.options.clock.now()));
    delivery.state = "sent";
    delivery.sentCount += 1;
    if (delivery.qos === 0) {
      session.finish(delivery, "acknowledged");
    }
  }

  /** Takes note of a packet that goes out. */
  #note(packet: ServerPacket): void {
    this.#parts.record(this, "server", packet);
    const { type } = packet;
    this.#isUnannounced &&= type !== "connack";
    if (type === "puback" || type === "pubcomp" || (type === "pubrec" && packet.reasonCode >= firstFailure)) {
      this.#unanswered.delete(packet.packetId);
    }
  }

  /** Ends the connection because of an error of the client: with a CONNACK before the first one, else DISCONNECT. */
  #refuse(reasonCode: number): void {
    this.#closeWith(
      this.#session ? { type: "disconnect", reasonCode } : { type: "connack", sessionPresent: false, reasonCode },
    );
  }

  /** Sends a last packet at the end of the turn. Reads nothing from now on. */
  #closeWith(packet: ServerPacket): void {
    this.#isClosing = true;
    this.#parts.options.clock.endOfTurn(() => {
      if (this.#output.isOpen) {
        this.#output.write(packet);
        this.end();
        this.#link.close();
      }
    });
  }

  /** Ends the connection because of a breach of the specification, which the broker remembers. */
  #blame(complaint: string, reasonCode: number): void {
    this.#parts.complain(`connection ${this.number}: ${complaint}`);
    this.#refuse(reasonCode);
  }

  /** Takes note that the connection is over. */
  end(): void {
    this.#isClosing = true;
    this.#isDone = true;
    this.#output.end();
    const session = this.#session;
    this.#session = undefined;
    if (session) {
      this.#parts.closeSession(session, this.#isUnannounced);
    }
  }
}
