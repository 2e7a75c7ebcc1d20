/**
 * Translates the errors of Node's sockets, TLS and HTTP into errors of the client, with a phase, a message and the
 * cause.
 */

import { isNativeError } from "node:util/types";
import { ConnectionError, MqttError } from "@mqtt5/core";
import { type ConnectionPhase, describeThrown, printable } from "@mqtt5/core/adapter";
import { authorityOf, type Destination } from "../transports/destination.js";
import { describeLikelyCause } from "./likely-cause.js";
import { RefusalError } from "./refusal-error.js";

/**
 * Returns the client's error for an error of the platform in this phase. A cause of undefined means that the connection
 * was closed without an error. An error of the client itself is returned as it is.
 */
export function toConnectionError(cause: unknown, phase: ConnectionPhase, destination: Destination): MqttError {
  if (MqttError.is(cause)) {
    return cause;
  }
  const actual = phase !== "proxy" && isAlert(cause) ? "tls" : phase;
  const reason = cause === undefined ? "the connection was closed" : describeCause(cause);
  return new ConnectionError({
    phase: actual,
    message: `${describePhase(actual, destination)}: ${reason}${describeLikelyCause(cause, actual, destination)}`,
    cause,
    retryable: !(cause instanceof RefusalError) || cause.retryable,
  });
}

/** Returns the error for a socket that was not connected within `connectTimeoutMs`. */
export function toTimeoutError(phase: ConnectionPhase, destination: Destination, limitMs: number): ConnectionError {
  const message = `${describePhase(phase, destination)}: not done within ${limitMs} ms`;
  return new ConnectionError({ phase, code: "CONNECT_TIMEOUT", message });
}

/**
 * Returns true for an alert of TLS. With TLS 1.3 a server checks the client's certificate after the handshake has ended
 * for the client. Its refusal arrives as an alert on the open connection, or in place of an answer to the upgrade (RFC
 * 8446, section 6.2).
 */
function isAlert(cause: unknown): boolean {
  return isNativeError(cause) && "code" in cause && /^ERR_SSL_.*ALERT/.test(String(cause.code));
}

/** Describes a failure in this phase. It names host and port only, because the rest of a URL may contain secrets. */
function describePhase(phase: ConnectionPhase, { server, socketOptions, proxy }: Destination): string {
  const address = socketOptions.path ?? authorityOf(server);
  switch (phase) {
    case "dns":
      return `the name ${server.host} could not be resolved`;
    case "tls":
      return `the TLS handshake with ${address} failed`;
    case "websocket":
      return `the WebSocket to ${address} could not be opened`;
    case "proxy":
      return `no connection to ${address} through the proxy ${proxy ? authorityOf(proxy) : ""}`;
    case "prepare":
    case "tcp":
      return `could not connect to ${address}`;
    case "connack":
      return `${address} did not answer CONNECT`;
    case "connected":
      return `the connection to ${address} broke`;
  }
}

/**
 * Describes a cause in words. It may quote the peer: a name in a certificate, the answer of a proxy. If several
 * addresses were tried, the cause holds one error for each. Those errors say what happened.
 */
function describeCause(cause: unknown): string {
  if (!isNativeError(cause)) {
    return printable(describeThrown(cause));
  }
  if ("library" in cause && "reason" in cause) {
    return printable(String(cause.reason)); // the message of OpenSSL is for those who debug OpenSSL
  }
  return cause.message === "" && "errors" in cause && Array.isArray(cause.errors)
    ? cause.errors.map(describeCause).join("; ")
    : printable(cause.message.trim());
}
