/** The small sets of values that several packets share. Each is an object of constants and a type of the same name. */

/** How surely a message is delivered (section 4.3). */
export const QoS = {
  /** At most once: sent, never acknowledged. */
  AtMostOnce: 0,
  /** At least once: acknowledged with a PUBACK; may arrive more than once. */
  AtLeastOnce: 1,
  /** Exactly once: a four-packet exchange; arrives once. */
  ExactlyOnce: 2,
} as const;
export type QoS = (typeof QoS)[keyof typeof QoS];

/** The QoS for each value of two bits. The value 3 has none. */
export const qosOfBits: readonly QoS[] = [0, 1, 2];

/** What a payload is said to hold (section 3.3.2.3.2). */
export const PayloadFormatIndicator = {
  /** Unspecified bytes, which is also what an absent indicator means. */
  Bytes: 0,
  /** Text in UTF-8. */
  Utf8: 1,
} as const;
export type PayloadFormatIndicator = (typeof PayloadFormatIndicator)[keyof typeof PayloadFormatIndicator];

/** When the server sends retained messages in answer to a subscription (section 3.8.3.1). */
export const RetainHandling = {
  /** At every SUBSCRIBE. */
  SendOnSubscribe: 0,
  /** Only where the subscription did not exist before. */
  SendOnSubscribeIfNew: 1,
  /** Never. */
  DontSend: 2,
} as const;
export type RetainHandling = (typeof RetainHandling)[keyof typeof RetainHandling];
