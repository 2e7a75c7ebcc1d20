import type { SendQuota } from "../connection/send-quota.js";

/**
 * A QoS 1 or 2 message from its PUBLISH to the end of its exchange: at QoS 1 our PUBACK, at QoS 2 the PUBREL, on whatever
 * connection it comes, or our failing PUBREC.
 */
export interface InboundDelivery {
  /** Names it to the application. */
  readonly deliveryId: number;
  readonly packetId: number;
  readonly qos: 1 | 2;

  /** Where its acknowledgement stands in the order; counts up by one with each. At first it is the delivery id. */
  place: number;

  /** The application's answer, once it is there; at QoS 2 it is sent again for each repeat. */
  reasonCode: number | undefined;

  /** When a missing answer is a matter for a warning; Infinity once there was one. */
  deadline: number;

  /** The server's send quota of which it holds a unit; it may be that of an older connection. */
  quota: SendQuota | undefined;

  /** True while its acknowledgement has a place in the order of the connection whose quota it holds. */
  isInOrder: boolean;
}
