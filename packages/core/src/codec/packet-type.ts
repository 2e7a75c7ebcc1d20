/**
 * The packet types: the number in the upper half of the first byte of a packet (section 2.1.2). Import all of them as
 * `PacketType`. A bundler leaves out those that are not used.
 */
export const Connect = 1;
export const Connack = 2;
export const Publish = 3;
export const Puback = 4;
export const Pubrec = 5;
export const Pubrel = 6;
export const Pubcomp = 7;
export const Subscribe = 8;
export const Suback = 9;
export const Unsubscribe = 10;
export const Unsuback = 11;
export const Pingreq = 12;
export const Pingresp = 13;
export const Disconnect = 14;
export const Auth = 15;
