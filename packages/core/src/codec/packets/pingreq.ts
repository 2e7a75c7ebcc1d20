/** Client asks whether the server is there (section 3.12). */
export interface PingreqPacket {
  readonly type: "pingreq";
}
