/** The small sets of values that several packets share. Each is an object of constants and a type of the same name. */

/**
 * The Quality of Service of a message: the guarantee of its delivery.
 *
 * See [section 4.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901234).
 */
export const QoS = {
  /** At most once. The message is not acknowledged and can be lost. */
  AtMostOnce: 0,
  /** At least once. The receiver acknowledges the message with a PUBACK. It can arrive more than once. */
  AtLeastOnce: 1,
  /** Exactly once. The message takes an exchange of four packets. */
  ExactlyOnce: 2,
} as const;
/** A Quality of Service: 0, 1 or 2. */
export type QoS = (typeof QoS)[keyof typeof QoS];

/** The QoS for each value of two bits. The value 3 has none. */
export const qosOfBits: readonly QoS[] = [0, 1, 2];

/**
 * The kind of data in a payload, as its sender declares it.
 *
 * See [section 3.3.2.3.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901111).
 */
export const PayloadFormatIndicator = {
  /** Unspecified bytes. A message without an indicator has this kind. */
  Bytes: 0,
  /** Text in UTF-8. */
  Utf8: 1,
} as const;
/** A kind of payload: 0 for bytes, 1 for UTF-8 text. */
export type PayloadFormatIndicator = (typeof PayloadFormatIndicator)[keyof typeof PayloadFormatIndicator];

/**
 * The choice of when the server sends its retained messages for a new subscription.
 *
 * See [section 3.8.3.1](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901169).
 */
export const RetainHandling = {
  /** At every SUBSCRIBE, also if the subscription existed before. */
  SendOnSubscribe: 0,
  /** Only if the subscription did not exist before. */
  SendOnSubscribeIfNew: 1,
  /** Never. */
  DontSend: 2,
} as const;
/** A choice of when retained messages are sent: 0, 1 or 2. */
export type RetainHandling = (typeof RetainHandling)[keyof typeof RetainHandling];
