/**
 * Large writes in slices, so that their progress is seen. Node hands a whole buffer to the operating system and reports
 * when all of it is written; the counters of the socket do not move meanwhile. On a slow line that takes minutes, and
 * nothing would tell a slow peer from a dead one.
 *
 * The slices are made below the stream: order, back-pressure and the closing of the socket stay those of Node, and so
 * do the bytes on the wire.
 */

import type { Socket } from "node:net";

/** The size of the largest slice, in bytes: 64 KiB. */
const sliceBytes = 65_536;

/** A part of a write: bytes, or text in an encoding. */
interface Piece {
  readonly chunk: unknown;
  readonly encoding: BufferEncoding;
}

type Done = (error?: Error | null) => void;

/**
 * Makes a socket write in slices whatever is larger than 64 KiB. `progressed` is told the size of each slice that the
 * operating system has taken.
 */
export function sliceWrites(socket: Socket, progressed: (byteCount: number) => void): void {
  const write = socket._write.bind(socket);
  const writeAll = socket._writev?.bind(socket);

  /** Writes slices as long as the operating system takes them at once, and goes on when it has taken a later one. */
  const writeSlices = (slices: Iterator<Piece, undefined>, done: Done): void => {
    let isTaken = true;
    while (isTaken) {
      const { value } = slices.next();
      if (!value) {
        done();
        return;
      }
      const { chunk, encoding } = value;
      let isLater = false;
      isTaken = false;
      write(chunk, encoding, (error) => {
        if (error) {
          done(error);
          return;
        }
        progressed(sizeOf(chunk));
        isTaken = true;
        if (isLater) {
          writeSlices(slices, done);
        }
      });
      isLater = true;
    }
  };

  socket._write = (chunk: unknown, encoding, done) => {
    if (sizeOf(chunk) > sliceBytes) {
      writeSlices(slicesOf([{ chunk, encoding }]), done);
    } else {
      write(chunk, encoding, done);
    }
  };
  if (writeAll) {
    socket._writev = (pieces: { chunk: unknown; encoding: BufferEncoding }[], done) => {
      if (pieces.some(({ chunk }) => sizeOf(chunk) > sliceBytes)) {
        writeSlices(slicesOf(pieces), done);
      } else {
        writeAll(pieces, done);
      }
    };
  }
}

/** Returns the size in bytes; 0 for text, which is never large: only the upgrade to WebSocket is written as text. */
function sizeOf(chunk: unknown): number {
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}

/** Gives the same bytes in pieces of at most 64 KiB. */
function* slicesOf(pieces: readonly Piece[]): Generator<Piece, undefined> {
  for (const { chunk, encoding } of pieces) {
    if (!(chunk instanceof Uint8Array)) {
      yield { chunk, encoding };
      continue;
    }
    for (let start = 0; start < chunk.byteLength; start += sliceBytes) {
      yield { chunk: chunk.subarray(start, start + sliceBytes), encoding };
    }
  }
  return undefined;
}
