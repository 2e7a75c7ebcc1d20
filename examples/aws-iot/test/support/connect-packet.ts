/** Takes the CONNECT off a connection, and leaves the rest to be piped elsewhere. */
import type { Duplex } from "node:stream";
import { type IConnectPacket, parser } from "mqtt-packet";

/** Tells of the CONNECT, once all of it is here, and what has come after it. What else begins ends the connection. */
export function readConnect(stream: Duplex, onConnect: (packet: IConnectPacket, rest: Buffer) => void): void {
  let received: Buffer = Buffer.alloc(0);
  const receive = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk]);
    const length = packetLength(received);
    if (length === undefined || received.length < length) {
      return;
    }
    stream.pause();
    stream.off("data", receive);
    const packet = parseConnect(received.subarray(0, length));
    if (packet === undefined) {
      stream.destroy();
    } else {
      onConnect(packet, received.subarray(length));
    }
  };
  stream.on("data", receive);
}

/** The length of the packet that these bytes begin with; undefined while it is not known. */
function packetLength(bytes: Buffer): number | undefined {
  let remaining = 0;
  for (let index = 1; index <= 4 && index < bytes.length; index++) {
    const byte = bytes.readUInt8(index);
    remaining += (byte & 0x7f) * 128 ** (index - 1);
    if (byte < 0x80) {
      return index + 1 + remaining;
    }
  }
  return undefined;
}

function parseConnect(bytes: Buffer): IConnectPacket | undefined {
  let found: IConnectPacket | undefined;
  const reader = parser({ protocolVersion: 5 });
  reader.on("packet", (packet) => {
    found = packet.cmd === "connect" ? packet : undefined;
  });
  reader.on("error", () => undefined);
  reader.parse(bytes);
  return found;
}
