/**
 * An established connection: the negotiated settings, the send quotas of both sides, the keep-alive, the aliases and
 * the throttle. A new connection starts with new objects, so nothing has to be reset.
 */

import type { AcknowledgementType } from "../../codec/packets/layouts/acknowledgement.js";
import { defaultReceiveMaximum } from "../../codec/limits.js";
import type { ConnectPacket } from "../../codec/packets/connect.js";
import { Fifo } from "../collections/fifo.js";
import type { InboundDelivery } from "../session/inbound-delivery.js";
import type { Journal } from "../session/journal.js";
import { KeepAlive } from "./keep-alive.js";
import type { NegotiatedSettings } from "./negotiated-settings.js";
import type { Output } from "./output.js";
import { SendQuota } from "./send-quota.js";
import { Throttle, type ThrottleSettings } from "./throttle.js";
import { InboundAliases, OutboundAliases, type TopicAliasingSettings } from "./topic-aliases.js";

/** The specification counts in seconds, the engine in milliseconds. */
const millisecondsPerSecond = 1_000;

/** The options that apply to every connection and are not negotiated. */
export interface ConnectionSettings {
  /** The journal that acknowledgements wait for. */
  readonly journal?: Journal;
  /** The time limit for a PINGRESP. */
  readonly pingTimeoutMs: number;
  /** True when the application chose `pingTimeoutMs`. Otherwise half the keep-alive interval is the most. */
  readonly isPingTimeoutGiven: boolean;
  readonly topicAliasing: TopicAliasingSettings;
  readonly throttle: ThrottleSettings;
  /** Gives true when wake-ups may come up to a minute late; see `Clock`. */
  readonly isThrottled: () => boolean;
}

/** The results of the handshake that made a connection. */
interface Handshake {
  readonly connect: ConnectPacket;
  readonly settings: NegotiatedSettings;
  /** The output of the attempt, which the connection keeps. */
  readonly output: Output;
}

export class Connection {
  readonly connectedAt: number;
  readonly settings: NegotiatedSettings;
  readonly output: Output;
  /** The send quota (section 4.9): the server's Receive Maximum bounds it. */
  readonly quota: SendQuota;
  /** The send quota of the server: our Receive Maximum bounds it. */
  readonly serverQuota: SendQuota;
  readonly keepAlive: KeepAlive;
  readonly throttle: Throttle;
  readonly inboundAliases: InboundAliases;
  readonly outboundAliases: OutboundAliases;
  /** The QoS 1 and 2 messages whose acknowledgement was not sent, in the order of arrival. */
  readonly unacknowledged: Fifo<InboundDelivery> = new Fifo<InboundDelivery>();
  readonly #journal: Journal | undefined;

  constructor(now: number, { connect, settings, output }: Handshake, context: ConnectionSettings) {
    this.connectedAt = now;
    this.settings = settings;
    this.output = output;
    this.quota = new SendQuota(settings.receiveMaximumFromServer);
    this.serverQuota = new SendQuota(connect.receiveMaximum ?? defaultReceiveMaximum);
    const intervalMs = settings.serverKeepAlive * millisecondsPerSecond;
    this.keepAlive = new KeepAlive({ ...context, intervalMs }, now, context.isThrottled);
    this.throttle = new Throttle(context.throttle);
    this.inboundAliases = new InboundAliases(settings.topicAliasMaximumToClient);
    this.outboundAliases = new OutboundAliases(context.topicAliasing, settings.topicAliasMaximumToServer);
    this.#journal = context.journal;
  }

  /** Writes an acknowledgement once the changes that it depends on are stored. */
  reply(type: AcknowledgementType, packetId: number, reasonCode: number): void {
    if (this.#journal?.isKept() === false) {
      this.#journal.hold(() => {
        this.output.reply(type, packetId, reasonCode);
      });
    } else {
      this.output.reply(type, packetId, reasonCode);
    }
  }

  /** Gives the time at which the throttle lets an operation pass; `now` or earlier when it may pass now. */
  readyAt(now: number, isPublish: boolean): number {
    return this.throttle.readyAt(now, isPublish, this.output.writer.length);
  }
}
