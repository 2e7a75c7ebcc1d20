/** Server answers a PINGREQ (section 3.13). */
export interface PingrespPacket {
  readonly type: "pingresp";
}
