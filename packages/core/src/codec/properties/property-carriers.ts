/**
 * The carriers of properties: the packets and the will (section 2.2.2.2). Each carrier is one bit, so that a number can
 * hold a set of carriers. PUBLISH has a bit for each direction.
 */
export const inConnect = 1;
export const inWill = 2;
export const inConnack = 4;
export const inClientPublish = 8;
export const inServerPublish = 16;
/** PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK and UNSUBACK. */
export const inAcknowledgement = 32;
export const inSubscribe = 64;
export const inUnsubscribe = 128;
export const inDisconnect = 256;
export const inAuth = 512;
