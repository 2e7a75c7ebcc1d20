/** The number of packet identifiers there are: 1 to 65 535 (section 2.2.1). */
export const packetIdCount = 65_535;
