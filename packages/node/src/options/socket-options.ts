/** The option `socket`, and its check. */

import { type Check, checkBoolean, checkDuration, checkObject, checkOneOf, type ChecksOf } from "@mqtt5/core/adapter";
import { InvalidArgumentError, type Widened } from "@mqtt5/core";

/**
 * The options of the socket under every transport: TCP, a Unix domain socket, or a named pipe.
 *
 * Nagle's algorithm is always off, because it would only delay small packets.
 */
export interface SocketOptions {
  /**
   * The time limit for resolving the name and connecting to the address, in milliseconds, at least 1. With a proxy, it
   * ends when the proxy has connected to the server.
   *
   * Default: no limit of its own. The client option `connectTimeoutMs` always limits the whole attempt.
   */
  readonly connectTimeoutMs?: number | undefined;

  /** True makes TCP probe an idle connection. Default false, because MQTT has its own keep-alive. */
  readonly keepAlive?: boolean | undefined;

  /**
   * The idle time before TCP sends its first probe, in milliseconds, at least 0. Default 0: the setting of the
   * operating system.
   */
  readonly keepAliveInitialDelayMs?: number | undefined;

  /**
   * The version of IP to use, 4 or 6. With a proxy, it applies to the connection to the proxy. Default: both. The
   * client then tries each address of a name for 2.5 seconds.
   */
  readonly family?: Widened<4 | 6> | undefined;

  /**
   * The path of a Unix domain socket, or of a named pipe of Windows. The client connects to it instead of the host and
   * port of the URL. Default: none.
   *
   * The URL still supplies the name for TLS and the `Host` header of the upgrade to WebSocket. The constructor of the
   * client throws an `InvalidArgumentError` if `proxy`, `followServerReference` or more than one URL is given as well:
   * another server would be reached through the same socket again.
   */
  readonly path?: string | undefined;
}

/** Accepts the path of a socket: not empty, and without a null character. */
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

/** Accepts an object of {@link SocketOptions}. */
export const checkSocketOptions: Check = checkObject(checks);
