/** Recognizes a server that does not speak MQTT by the first bytes that it sends, and says what to do about it. */

import { MalformedPacketError } from "../../errors.js";

/** The first bytes of other protocols. */
const protocols: readonly (readonly [start: readonly number[], advice: string])[] = [
  [[0x48, 0x54, 0x54, 0x50, 0x2f], "HTTP: use a ws: or wss: URL for this port, or the port for MQTT"],
  [[0x15, 0x03], "TLS: use mqtts: instead of mqtt:, or wss: instead of ws:"],
];

/** Gives the error of a server that speaks another protocol, or undefined. No packet of a server begins like these. */
export function foreignProtocolError(bytes: Uint8Array): MalformedPacketError | undefined {
  const found = protocols.find(([start]) => start.every((byte, index) => bytes[index] === byte));
  return found && new MalformedPacketError(`the server speaks ${found[1]}`, "MQTT-3.2.0-1");
}
