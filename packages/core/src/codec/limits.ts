/** The limits that the specification sets. Each has its own name, even where two have the same value. */

/** The largest Two Byte Integer (section 1.5.2). */
export const largestTwoByteInteger = 65_535;

/** The largest Four Byte Integer (section 1.5.3). */
export const largestFourByteInteger = 4_294_967_295;

/** The largest Remaining Length of a packet: the largest Variable Byte Integer (sections 1.5.5 and 2.1.4). */
const largestRemainingLength = 268_435_455;

/** The longest UTF-8 string or binary field, in bytes (sections 1.5.4 and 1.5.6). */
export const largestFieldBytes = 65_535;

/** The size of the largest packet, in bytes: a fixed header of five bytes and the largest Remaining Length. */
export const largestPacketBytes: number = 5 + largestRemainingLength;

/** The number of packet identifiers: 1 to 65 535 (section 2.2.1). */
export const packetIdCount = 65_535;

/** The Receive Maximum of a side that sends none (sections 3.1.2.11.3 and 3.2.2.3.3). */
export const defaultReceiveMaximum = 65_535;

/** The highest topic alias (section 3.3.2.3.4). */
export const largestTopicAlias = 65_535;

/** The highest subscription identifier (section 3.8.2.1.2). */
export const largestSubscriptionIdentifier = 268_435_455;
