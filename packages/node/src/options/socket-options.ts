/** The options of the connection under every transport: TCP, or a socket of the file system. */

import { type Check, checkBoolean, checkDuration, checkObject, checkOneOf, type ChecksOf } from "@mqtt5/core/adapter";
import { InvalidArgumentError } from "@mqtt5/core";

/** The TCP connection. Nagle's algorithm is always off: it would hold back small packets for nothing. */
export interface SocketOptions {
  /**
   * How long finding the address and connecting to it may take, in milliseconds; with a proxy, until that has made the
   * connection. Without it there is only the limit of the whole attempt, `connectTimeoutMs` of the client.
   */
  readonly connectTimeoutMs?: number | undefined;

  /** Whether TCP itself probes an idle connection; default false. MQTT has its own keep-alive. */
  readonly keepAlive?: boolean | undefined;

  /** How long a connection is idle before the first probe, in milliseconds; default 0: as the system has it. */
  readonly keepAliveInitialDelayMs?: number | undefined;

  /** The version of IP to use, to the proxy where there is one; default: both, each address for 2.5 s. */
  readonly family?: 4 | 6 | undefined;

  /**
   * A Unix domain socket, or a named pipe of Windows, to connect to in place of host and port of the URL. These still
   * give the name for TLS and the `Host` of the upgrade to WebSocket. Not to be had with `proxy`, nor with
   * `followServerReference`, which would lead to the same socket again.
   */
  readonly path?: string | undefined;
}

const checkPath: Check = (value, field) => {
  if (typeof value !== "string" || value === "" || value.includes("\0")) {
    throw new InvalidArgumentError({ field, value, limit: "the path of a socket" });
  }
};

const checks: ChecksOf<SocketOptions> = {
  connectTimeoutMs: checkDuration(1),
  keepAlive: checkBoolean,
  keepAliveInitialDelayMs: checkDuration(0),
  family: checkOneOf(4, 6),
  path: checkPath,
};

export const checkSocketOptions: Check = checkObject(checks);
