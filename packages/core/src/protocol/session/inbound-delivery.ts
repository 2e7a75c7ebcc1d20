import type { SendQuota } from "../connection/send-quota.js";

/**
 * A QoS 1 or 2 message from its PUBLISH to the end of its exchange. QoS 1 ends with our PUBACK. QoS 2 ends with the
 * PUBREL, on any connection, or with our failing PUBREC.
 */
export interface InboundDelivery {
  /** Identifies the message to the application. */
  readonly deliveryId: number;
  readonly packetId: number;
  readonly qos: 1 | 2;

  /** The memory that the message takes while it waits, in bytes: its packet, and an estimate of what it costs beside. */
  readonly memory: number;

  /** The place of its acknowledgement in the order; counts up by one with each. At first it is the delivery id. */
  place: number;

  /** The application's answer, once it came. At QoS 2 it is sent again for each repeat. */
  reasonCode: number | undefined;

  /** The time at which a missing answer causes a warning; Infinity after the warning. */
  deadline: number;

  /** The server's send quota that it holds a unit of. It may be the quota of an older connection. */
  quota: SendQuota | undefined;

  /** True while its acknowledgement has a place in the order, on the connection of that quota. */
  isInOrder: boolean;
}
