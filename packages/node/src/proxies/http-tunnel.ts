/**
 * The tunnel through an HTTP proxy: CONNECT (RFC 9110, section 9.3.6) with Basic authentication (RFC 7617). The proxy
 * resolves the name of the server. Node's own HTTP client reads the answer: it parses strictly and limits the length.
 */

import { request } from "node:http";
import type { Socket } from "node:net";
import type { ServerUrl } from "@mqtt5/core/adapter";
import { authorityOf } from "../transports/destination.js";
import type { ProxyCredentials } from "./proxy-url.js";
import { httpRefusal } from "../platform/refusal-error.js";

/** The size limit for the header of an answer, in bytes. */
const longestHeader = 16_384;

/**
 * Asks the proxy at the other end of the socket for a tunnel to the server. The bytes after its answer stay in the
 * socket, to be read by the next layer.
 *
 * @throws {RefusalError} The proxy refused.
 * @throws {Error} The connection failed, or the answer is not HTTP.
 */
export function openHttpTunnel(
  socket: Socket,
  server: ServerUrl,
  credentials: ProxyCredentials | undefined,
): Promise<void> {
  const authority = authorityOf(server);
  return new Promise((resolve, reject) => {
    const connect = request({
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...authorization(credentials) },
      maxHeaderSize: longestHeader,
      createConnection: () => socket,
    });
    // Node would ask the proxy to close the connection, which has to stay open.
    connect.removeHeader("connection");
    connect.once("connect", ({ statusCode = 0, statusMessage }, _socket, rest) => {
      if (statusCode < 200 || statusCode > 299) {
        reject(httpRefusal("it", statusCode, statusMessage));
        return;
      }
      if (rest.byteLength > 0) {
        socket.unshift(rest);
      }
      resolve();
    });
    connect.on("error", reject);
    connect.end();
  });
}

/** Returns the header with the credentials, or no header without credentials. */
function authorization(credentials: ProxyCredentials | undefined): Readonly<Record<string, string>> {
  if (!credentials) {
    return {};
  }
  const { username, password } = credentials;
  return { "proxy-authorization": `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}
