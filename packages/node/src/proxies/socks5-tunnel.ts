/**
 * The tunnel through a SOCKS5 proxy (RFC 1928), with user name and password if the proxy asks for them (RFC 1929). The
 * proxy receives the name of the server and resolves it. Only the bytes of each answer are read, because the bytes
 * after it are the server's.
 */

import { isIP, isIPv4, type Socket } from "node:net";
import type { ServerUrl } from "@mqtt5/core/adapter";
import type { ProxyCredentials } from "./proxy-url.js";
import { RefusalError } from "../platform/refusal-error.js";

/** The version of SOCKS. */
const version = 5;
/** The authentication methods that the client offers. */
const withoutAuthentication = 0;
const withPassword = 2;

/** The meanings of the reply codes, by number (RFC 1928, section 6). Only 2 means that the proxy forbids it. */
const replies = [
  "succeeded",
  "general failure",
  "connection not allowed",
  "network unreachable",
  "host unreachable",
  "connection refused",
  "TTL expired",
  "command not supported",
  "address type not supported",
];
const notAllowed = 2;

/** The address types, and the lengths of the addresses in bytes. The length of a name precedes the name. */
const typeOfIpv4 = 1;
const typeOfName = 3;
const typeOfIpv6 = 4;
const ipv4Length = 4;
const ipv6Length = 16;

/** The length of the longest server name, in bytes. */
const longestName = 255;

/**
 * Asks the proxy at the other end of the socket for a tunnel to the server.
 *
 * @throws {RefusalError} The proxy refused, or it does not speak SOCKS5.
 * @throws {Error} The connection was closed.
 */
export async function openSocks5Tunnel(
  socket: Socket,
  server: ServerUrl,
  credentials: ProxyCredentials | undefined,
): Promise<void> {
  const methods = credentials ? [withoutAuthentication, withPassword] : [withoutAuthentication];
  socket.write(Uint8Array.of(version, methods.length, ...methods));
  const [chosenVersion, method = -1] = await read(socket, 2);
  demand(chosenVersion === version, "it does not speak SOCKS5");
  demand(methods.includes(method), "it accepts neither no credentials nor these");
  if (method === withPassword && credentials) {
    await authenticate(socket, credentials);
  }
  socket.write(Buffer.concat([Uint8Array.of(version, 1, 0), encodeAddress(server.host), encodePort(server.port)]));
  const [replyVersion, reply = -1, , addressType] = await read(socket, 4);
  demand(replyVersion === version, "it does not speak SOCKS5");
  if (reply !== 0) {
    const message = `it answered "${replies[reply] ?? `reply ${String(reply)}`}"`;
    throw new RefusalError({ message, retryable: reply !== notAllowed });
  }
  // The reply contains the address from which the proxy connects. It is not used, but it has to be read.
  await read(socket, (await addressLength(socket, addressType)) + 2);
}

/** Sends user name and password, and reads the answer (RFC 1929). */
async function authenticate(socket: Socket, { username, password }: ProxyCredentials): Promise<void> {
  const [name, secret] = [Buffer.from(username), Buffer.from(password)];
  socket.write(Buffer.concat([Uint8Array.of(1, name.byteLength), name, Uint8Array.of(secret.byteLength), secret]));
  const [, status] = await read(socket, 2);
  demand(status === 0, "it refused user name and password");
}

/** Throws a `RefusalError` that is not retryable if the condition is not met. */
function demand(isMet: boolean, message: string): void {
  if (!isMet) {
    throw new RefusalError({ message, retryable: false });
  }
}

/** Encodes the address of a server: its type, then an IP address or a name. */
function encodeAddress(host: string): Uint8Array {
  if (isIP(host) === 0) {
    const name = Buffer.from(host);
    demand(name.byteLength <= longestName, "it cannot be given so long a name");
    return Uint8Array.of(typeOfName, name.byteLength, ...name);
  }
  return isIPv4(host)
    ? Uint8Array.of(typeOfIpv4, ...host.split(".").map(Number))
    : Uint8Array.of(typeOfIpv6, ...ipv6Bytes(host));
}

/** Returns the bytes of an IPv6 address in the form of a URL: no IPv4 address inside, at most one `::`. */
function ipv6Bytes(host: string): readonly number[] {
  const [head = "", tail] = host.split("::");
  const groups = (text: string | undefined): readonly number[] =>
    text === undefined || text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: ipv6Length / 2 - first.length - last.length }, () => 0);
  return [...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 0xff]);
}

/** Encodes a port in two bytes. */
function encodePort(port: number): Uint8Array {
  return Uint8Array.of(port >> 8, port & 0xff);
}

/** Returns the length of an address in bytes. It reads the length of a name from the socket. */
async function addressLength(socket: Socket, type: number | undefined): Promise<number> {
  if (type === typeOfName) {
    return (await read(socket, 1))[0] ?? 0;
  }
  return type === typeOfIpv6 ? ipv6Length : ipv4Length;
}

/** Reads exactly this many bytes. Rejects if the connection ends before. */
function read(socket: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      socket.off("readable", attempt);
      socket.off("close", fail);
    };
    const attempt = (): void => {
      const bytes: unknown = socket.read(length);
      if (Buffer.isBuffer(bytes) && bytes.byteLength === length) {
        settle();
        resolve(bytes);
      }
    };
    const fail = (): void => {
      settle();
      reject(new Error("the connection was closed"));
    };
    socket.on("readable", attempt);
    socket.once("close", fail);
    attempt();
  });
}
