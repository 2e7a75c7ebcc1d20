/**
 * A way through a SOCKS5 proxy (RFC 1928), with user name and password where it asks for them (RFC 1929). A name goes to
 * the proxy as it is, which resolves it. No more is read than an answer has: what follows it is the server's.
 */

import { isIP, isIPv4, type Socket } from "node:net";
import type { ServerUrl } from "@mqtt5/core/adapter";
import type { ProxyCredentials } from "./proxy-url.js";
import { RefusalError } from "../platform/refusal-error.js";

const version = 5;
const withoutAuthentication = 0;
const withPassword = 2;

/** The reply codes of RFC 1928, section 6, by number; 2 is the only one that says "you may not". */
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

/** The types of addresses, and their lengths; that of a name stands before it. */
const typeOfIpv4 = 1;
const typeOfName = 3;
const typeOfIpv6 = 4;
const ipv4Length = 4;
const ipv6Length = 16;

/** The longest name of a server, in bytes. */
const longestName = 255;

/** Asks the proxy at the other end of the socket for a way to the server; rejects with what it answers instead. */
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
  // The address from which the proxy connects is of no use here, but it has to be read.
  await read(socket, (await addressLength(socket, addressType)) + 2);
}

async function authenticate(socket: Socket, { username, password }: ProxyCredentials): Promise<void> {
  const [name, secret] = [Buffer.from(username), Buffer.from(password)];
  socket.write(Buffer.concat([Uint8Array.of(1, name.byteLength), name, Uint8Array.of(secret.byteLength), secret]));
  const [, status] = await read(socket, 2);
  demand(status === 0, "it refused user name and password");
}

/** Throws where the proxy's answer shows that no further attempt will go better. */
function demand(isMet: boolean, message: string): void {
  if (!isMet) {
    throw new RefusalError({ message, retryable: false });
  }
}

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

/** The bytes of an IPv6 address in the form that a URL has it: no address of IPv4 inside, at most one `::`. */
function ipv6Bytes(host: string): readonly number[] {
  const [head = "", tail] = host.split("::");
  const groups = (text: string | undefined): readonly number[] =>
    text === undefined || text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: ipv6Length / 2 - first.length - last.length }, () => 0);
  return [...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 0xff]);
}

function encodePort(port: number): Uint8Array {
  return Uint8Array.of(port >> 8, port & 0xff);
}

async function addressLength(socket: Socket, type: number | undefined): Promise<number> {
  if (type === typeOfName) {
    return (await read(socket, 1))[0] ?? 0;
  }
  return type === typeOfIpv6 ? ipv6Length : ipv4Length;
}

/** The next so many bytes; rejects where the connection ends before. */
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
