/**
 * The tunnel through an HTTP proxy: CONNECT (RFC 9110, section 9.3.6) with Basic authentication (RFC 7617). The proxy
 * resolves the name of the server.
 *
 * The client reads the answer by itself: Node's HTTP client takes an interim answer (1xx) to CONNECT for the final one.
 * Only status lines matter, since the answer to CONNECT has no content. Only the bytes of each answer are read, because
 * the bytes after it are the server's.
 */

import type { Socket } from "node:net";
import type { ServerUrl } from "@mqtt5/core/adapter";
import { authorityOf } from "../transports/destination.js";
import type { ProxyCredentials } from "./proxy-url.js";
import { httpRefusal } from "../platform/refusal-error.js";

/** The size limit for all answers of the proxy together, in bytes. */
const longestAnswer = 16_384;

/** The beginning of every answer. */
const protocol = "HTTP/1.";

/** The end of an answer. */
const endOfAnswer = "\r\n\r\n";

/**
 * Asks the proxy at the other end of the socket for a tunnel to the server. The bytes after its answer stay in the
 * socket, to be read by the next layer.
 *
 * @throws {RefusalError} The proxy refused.
 * @throws {Error} The connection failed, or the answer is not HTTP.
 */
export async function openHttpTunnel(
  socket: Socket,
  server: ServerUrl,
  credentials: ProxyCredentials | undefined,
): Promise<void> {
  const authority = authorityOf(server);
  const lines = [`CONNECT ${authority} HTTP/1.1`, `host: ${authority}`, ...authorization(credentials)];
  socket.write(`${lines.join("\r\n")}${endOfAnswer}`);
  const { statusCode, reason } = await readFinalAnswer(socket);
  if (statusCode < 200 || statusCode > 299) {
    throw httpRefusal("it", statusCode, reason);
  }
}

/** The status line of an answer. */
interface Status {
  readonly statusCode: number;
  readonly reason: string;
}

/** Reads answers until one is final. A client has to accept any number of interim ones (RFC 9110, section 15.2). */
async function readFinalAnswer(socket: Socket): Promise<Status> {
  for (let limit = longestAnswer; ;) {
    const head = await readHead(socket, limit);
    const status = toStatus(head);
    // 101 would change the protocol, which nobody asked for. It is final.
    if (status.statusCode >= 200 || status.statusCode === 101) {
      return status;
    }
    limit -= head.length;
  }
}

/** Reads the status line of an answer. Throws an error if the answer is not HTTP. */
function toStatus(head: string): Status {
  const [, statusCode, reason = ""] = /^HTTP\/1\.[01] ([1-9]\d\d)(?: ([^\r\n]*))?\r\n/.exec(head) ?? [];
  if (statusCode === undefined) {
    throw new Error("its answer is not HTTP");
  }
  return { statusCode: Number(statusCode), reason };
}

/** Reads one answer, up to its empty line. Rejects if the connection ends before, or if the answer is too long. */
function readHead(socket: Socket, limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let head = "";
    const settle = (): void => {
      socket.off("readable", attempt);
      socket.off("close", handleClose);
    };
    const fail = (problem: string): void => {
      settle();
      reject(new Error(problem));
    };
    const attempt = (): void => {
      for (let chunk = readAll(socket); chunk; chunk = readAll(socket)) {
        head += chunk.toString("latin1"); // one byte is one character
        const end = head.indexOf(endOfAnswer);
        const excess = end < 0 ? 0 : head.length - end - endOfAnswer.length;
        if (head.length - excess > limit) {
          fail("its answer is too long");
          return;
        }
        if (!head.startsWith(protocol.slice(0, head.length))) {
          fail("its answer is not HTTP");
          return;
        }
        if (end >= 0) {
          settle();
          if (excess > 0) {
            socket.unshift(chunk.subarray(chunk.length - excess));
          }
          resolve(head.slice(0, head.length - excess));
          return;
        }
      }
    };
    const handleClose = (): void => fail("the connection was closed");
    socket.on("readable", attempt);
    socket.once("close", handleClose);
    attempt();
  });
}

/** Returns the bytes that have arrived, or undefined. */
function readAll(socket: Socket): Buffer | undefined {
  const bytes: unknown = socket.read();
  return Buffer.isBuffer(bytes) ? bytes : undefined;
}

/** Returns the header with the credentials, or no header without credentials. */
function authorization(credentials: ProxyCredentials | undefined): readonly string[] {
  if (!credentials) {
    return [];
  }
  const { username, password } = credentials;
  return [`proxy-authorization: Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`];
}
