/** The options of the TCP connection, under whatever it carries. */

import { type Check, checkBoolean, checkDuration, checkObject, checkOneOf, type ChecksOf } from "@mqtt5/core/adapter";

/** The TCP connection. Nagle's algorithm is always off: it would hold back small packets for nothing. */
export interface SocketOptions {
  /**
   * How long finding the address and connecting to it may take, in milliseconds. Without it there is only the limit of
   * the whole attempt, `connectTimeoutMs` of the client.
   */
  readonly connectTimeoutMs?: number | undefined;

  /** Whether TCP itself probes an idle connection; default false. MQTT has its own keep-alive. */
  readonly keepAlive?: boolean | undefined;

  /** How long a connection is idle before the first probe, in milliseconds; default 0: as the system has it. */
  readonly keepAliveInitialDelayMs?: number | undefined;

  /** The version of IP to use; default: both, whichever connects first. */
  readonly family?: 4 | 6 | undefined;
}

const checks: ChecksOf<SocketOptions> = {
  connectTimeoutMs: checkDuration(1),
  keepAlive: checkBoolean,
  keepAliveInitialDelayMs: checkDuration(0),
  family: checkOneOf(4, 6),
};

export const checkSocketOptions: Check = checkObject(checks);
