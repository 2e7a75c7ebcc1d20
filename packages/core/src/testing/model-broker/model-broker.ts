import type { ConnectPacket } from "../../codec/packets/connect.js";
import type { PublishPacket, PublishProperties } from "../../codec/packets/publish.js";
import type { QoS } from "../../codec/qos.js";
import { DisconnectReasonCode } from "../../codec/reason-codes.js";
import { matchesTopicFilter } from "../../codec/topic.js";
import type { MqttError } from "../../errors.js";
import type { TransportFactory } from "../../ports/transport.js";
import { MemoryNetwork, type MemoryConnection } from "../memory-network.js";
import { BrokerConnection } from "./broker-connection.js";
import type { PublishAnswer } from "./broker-output.js";
import type { ModelBrokerOptions } from "./broker-options.js";
import type { BrokerDelivery, BrokerLogEntry, BrokerMessage } from "./broker-records.js";
import { contentOf } from "./delivery-packets.js";
import { BrokerSession, type BrokerSubscription, type MutableDelivery } from "./broker-session.js";

/** A message for `ModelBroker.publish`. QoS 0 and not retained by default. */
export interface BrokerPublish extends Omit<PublishProperties, "topicAlias" | "subscriptionIdentifiers"> {
  /** The topic name. */
  readonly topic: string;
  /** The payload. A string is encoded as UTF-8. Default: empty. */
  readonly payload?: Uint8Array | string;
  /** The QoS. Default: 0. */
  readonly qos?: QoS;
  /** Whether the broker retains the message. Default: false. */
  readonly retain?: boolean;
}

/**
 * An MQTT 5 server in memory and in virtual time that keeps to the specification.
 *
 * It keeps sessions and their expiry, subscriptions with their options and identifiers, and retained messages. It
 * sends and receives at QoS 0, 1 and 2 within both Receive Maximums, and takes part in authentication exchanges. The
 * test cuts connections, ends sessions, and holds answers back. Then it asks what became of each message: `messages`
 * are those that the broker took, `deliveries` are the copies for its sessions, `complaints` are the errors of the
 * clients, and `log` has every packet.
 *
 * A new session whose CONNACK could not be sent is dropped, because its client could not know that it is a new one. The
 * broker has no wills, no shared subscriptions, and watches no keep-alive.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock();
 * const broker = new ModelBroker({ clock });
 * // The platform of the client has this clock, and its prepareTransport returns broker.transport.
 * client.start();
 * await clock.settle();
 * broker.publish({ topic: "rooms/12", payload: "warm", qos: 2 });
 * await clock.settle();
 * broker.deliveries; // [{ state: "acknowledged", … }]
 * ```
 */
export class ModelBroker {
  /** The messages that the broker took, in order. */
  readonly messages: readonly BrokerMessage[];
  /** The copies of messages for sessions, in order. */
  readonly deliveries: readonly BrokerDelivery[];
  /** The packets of both sides, in order. */
  readonly log: readonly BrokerLogEntry[];
  /** The errors of clients: each is a breach of the specification. */
  readonly complaints: readonly string[];

  readonly #options: ModelBrokerOptions;
  readonly #network: MemoryNetwork;
  readonly #messages: BrokerMessage[] = [];
  readonly #deliveries: MutableDelivery[] = [];
  readonly #log: BrokerLogEntry[] = [];
  readonly #complaints: string[] = [];
  readonly #sessions = new Map<string, BrokerSession>();
  readonly #connections = new Map<MemoryConnection, BrokerConnection>();
  readonly #retained = new Map<string, BrokerMessage>();
  #sessionCount = 0;
  #isReachable = true;
  #heldTypes: readonly PublishAnswer["type"][] = [];

  constructor(options: ModelBrokerOptions) {
    this.#options = options;
    this.messages = this.#messages;
    this.deliveries = this.#deliveries;
    this.log = this.#log;
    this.complaints = this.#complaints;
    this.#network = new MemoryNetwork({
      ...options,
      onConnection: (connection) => {
        options.clock.endOfTurn(() => {
          this.#meet(connection);
        });
      },
    });
  }

  /** The transport factory for clients. Its connections lead to this broker. */
  get transport(): TransportFactory {
    return this.#network.open;
  }

  /** Whether clients can connect. Set it to false to refuse new connections. Default: true. */
  get isReachable(): boolean {
    return this.#isReachable;
  }

  set isReachable(isReachable: boolean) {
    this.#isReachable = isReachable;
  }

  /** Returns the session of a client. Undefined if there is none, or if it is over. */
  session(clientId: string): BrokerSession | undefined {
    const session = this.#sessions.get(clientId);
    return session?.isOverAt(this.#options.clock.now()) === true ? undefined : session;
  }

  /** Tells whether a client has a connection that the broker accepted. */
  isConnected(clientId: string): boolean {
    return this.#connectionOf(clientId) !== undefined;
  }

  /** Publishes a message, as another client would. */
  publish({ payload = "", qos = 0, retain = false, ...message }: BrokerPublish): BrokerMessage {
    const bytes = typeof payload === "string" ? utf8(payload) : payload;
    return this.#route({ ...message, payload: bytes, qos, retain }, undefined);
  }

  /** Ends the session of a client that has no connection. Does nothing while the client is connected. */
  loseSession(clientId: string): void {
    const session = this.#sessions.get(clientId);
    if (session && !this.isConnected(clientId)) {
      this.#forget(session);
    }
  }

  /** Breaks all connections, without a DISCONNECT. Bytes that are under way are lost. */
  cut(error?: MqttError): void {
    for (const link of [...this.#connections.keys()]) {
      if (link.state === "open" || link.state === "opening") {
        if (error) {
          link.fail(error);
        } else {
          link.close();
        }
      }
    }
  }

  /** Ends the connection of a client with a DISCONNECT. */
  disconnect(clientId: string, reasonCode: number = DisconnectReasonCode.ServerShuttingDown): void {
    this.#connectionOf(clientId)?.disconnect(reasonCode);
  }

  /**
   * Holds back these answers to PUBLISH and PUBREL until `releaseAcknowledgements`, and lets the others go. Those of a
   * connection that ends are lost.
   */
  holdAcknowledgements(types: readonly PublishAnswer["type"][] = ["puback", "pubrec", "pubcomp"]): void {
    this.#heldTypes = types;
    for (const connection of this.#connections.values()) {
      connection.hold(types);
    }
  }

  /** Sends the acknowledgements that were held back, in order. */
  releaseAcknowledgements(): void {
    this.holdAcknowledgements([]);
  }

  #connectionOf(clientId: string): BrokerConnection | undefined {
    return [...this.#connections.values()].find(
      (connection) => connection.isOpen && connection.session?.clientId === clientId,
    );
  }

  #meet(link: MemoryConnection): void {
    if (link.state !== "opening") {
      return;
    }
    if (!this.#isReachable) {
      link.close();
      return;
    }
    const connection = new BrokerConnection(link, {
      options: this.#options,
      openSession: (newest, connect) => this.#openSession(newest, connect),
      closeSession: (session, isUnannounced) => {
        this.#closeSession(session, isUnannounced);
      },
      take: (packet, session) => {
        this.#route(packet, session);
      },
      sendRetained: (session, topicFilter) => {
        this.#sendRetained(session, topicFilter);
      },
      record: ({ number }, from, packet) => {
        this.#log.push({ at: this.#options.clock.now(), connection: number, from, packet });
      },
      complain: (complaint) => this.#complaints.push(complaint),
    });
    connection.hold(this.#heldTypes);
    this.#connections.set(link, connection);
    link.onClose(() => {
      this.#connections.delete(link);
      connection.end();
    });
    link.open();
  }

  #openSession(newest: BrokerConnection, { clientId, cleanStart }: ConnectPacket): [BrokerSession, boolean] {
    for (const connection of this.#connections.values()) {
      if (connection !== newest && connection.isOpen && connection.session?.clientId === clientId) {
        // MQTT-3.1.4-3
        connection.disconnect(DisconnectReasonCode.SessionTakenOver);
      }
    }
    const earlier = this.session(clientId);
    if (earlier && !cleanStart) {
      return [earlier, true];
    }
    const stale = this.#sessions.get(clientId);
    if (stale) {
      this.#forget(stale);
    }
    this.#sessionCount += 1;
    const session = new BrokerSession(
      this.#sessionCount,
      clientId === "" ? `assigned-${this.#sessionCount}` : clientId,
    );
    this.#sessions.set(session.clientId, session);
    return [session, false];
  }

  #closeSession(session: BrokerSession, isUnannounced: boolean): void {
    const now = this.#options.clock.now();
    session.handleDisconnected(now);
    if (isUnannounced || session.isOverAt(now)) {
      this.#forget(session);
    }
  }

  #forget(session: BrokerSession): void {
    session.end();
    if (this.#sessions.get(session.clientId) === session) {
      this.#sessions.delete(session.clientId);
    }
  }

  #route(
    packet: BrokerPublish & Pick<PublishPacket, "payload" | "qos" | "retain">,
    origin: BrokerSession | undefined,
  ): BrokerMessage {
    const message: BrokerMessage = {
      ...contentOf(packet),
      number: this.#messages.length + 1,
      sessionNumber: origin?.number,
      takenAt: this.#options.clock.now(),
    };
    this.#messages.push(message);
    if (message.retain) {
      this.#retain(message);
    }
    for (const session of this.#sessions.values()) {
      this.#copyTo(session, message, session.matching(message), false);
    }
    return message;
  }

  #retain(message: BrokerMessage): void {
    if (message.payload.length === 0) {
      this.#retained.delete(message.topic); // MQTT-3.3.1-6
    } else {
      this.#retained.set(message.topic, message);
    }
  }

  #sendRetained(session: BrokerSession, topicFilter: string): void {
    const subscription = session.subscriptions.get(topicFilter);
    for (const message of this.#retained.values()) {
      if (subscription && matchesTopicFilter(topicFilter, message.topic)) {
        this.#copyTo(session, message, [subscription], true);
      }
    }
  }

  /** Makes the copies of a message for a session. A client without a connection gets no copy at QoS 0. */
  #copyTo(
    session: BrokerSession,
    message: BrokerMessage,
    subscriptions: readonly BrokerSubscription[],
    isRetained: boolean,
  ): void {
    const connection = [...this.#connections.values()].find((each) => each.session === session);
    const groups =
      this.#options.overlapping === "copyEach" ? subscriptions.map((subscription) => [subscription]) : [subscriptions];
    for (const group of groups) {
      if (group.length > 0) {
        const delivery = makeDelivery(session.number, message, group, isRetained);
        this.#deliveries.push(delivery);
        if (delivery.qos === 0 && connection?.isOpen !== true) {
          delivery.state = "lost";
        } else {
          session.enqueue(delivery);
        }
      }
    }
    connection?.deliver();
  }
}

function makeDelivery(
  sessionNumber: number,
  message: BrokerMessage,
  group: readonly BrokerSubscription[],
  isRetained: boolean,
): MutableDelivery {
  const highest = group.reduce<QoS>((qos, each) => (each.qos > qos ? each.qos : qos), 0);
  return {
    message,
    sessionNumber,
    topicFilters: group.map(({ topicFilter }) => topicFilter),
    subscriptionIdentifiers: group.flatMap(({ identifier }) => (identifier === undefined ? [] : [identifier])),
    qos: message.qos < highest ? message.qos : highest,
    retain: isRetained || (message.retain && group.some(({ retainAsPublished }) => retainAsPublished)),
    state: "queued",
    sentCount: 0,
    packetId: 0,
  };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
