/**
 * Looks at the first thing a TLS client says, while leaving it there to be read: whether it asks for a protocol by ALPN.
 * A server has to know that before it asks for a certificate, because Chromium opens no WebSocket where one is asked for.
 */
import type { Socket } from "node:net";

/** The length of the header of a TLS record, and where the length of the record stands in it. */
const headerLength = 5;
const lengthOffset = 3;

/** Tells whether the client offers the protocol, once its ClientHello is here. */
export function peekProtocol(socket: Socket, protocol: string, onKnown: (isOffered: boolean) => void): void {
  // As in the list of ALPN (RFC 7301): behind its length.
  const offer = Buffer.from(`${String.fromCharCode(protocol.length)}${protocol}`, "latin1");
  let received: Buffer = Buffer.alloc(0);
  const receive = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk]);
    if (received.length < headerLength || received.length < headerLength + received.readUInt16BE(lengthOffset)) {
      return;
    }
    socket.pause();
    socket.off("data", receive);
    socket.unshift(received);
    onKnown(received.includes(offer));
  };
  socket.on("data", receive);
}
