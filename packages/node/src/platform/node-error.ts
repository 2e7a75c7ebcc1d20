/** The errors of Node's sockets, TLS and HTTP, told as errors of the client: in which phase, in words, with the cause. */

import { isNativeError } from "node:util/types";
import { ConnectionError, MqttError } from "@mqtt5/core";
import type { ConnectionPhase } from "@mqtt5/core/adapter";
import { authorityOf, type Destination } from "../transports/destination.js";
import { RefusalError } from "./refusal-error.js";

/**
 * Tells what an error of the platform in this phase means; undefined is a close without one. An error of the client's own
 * passes through.
 */
export function toConnectionError(cause: unknown, phase: ConnectionPhase, destination: Destination): MqttError {
  if (MqttError.is(cause)) {
    return cause;
  }
  const actual = phase !== "proxy" && isAlert(cause) ? "tls" : phase;
  return new ConnectionError({
    phase: actual,
    message: `${describePhase(actual, destination)}: ${cause === undefined ? "it was closed" : describeCause(cause)}`,
    cause,
    retryable: !(cause instanceof RefusalError) || cause.retryable,
  });
}

/** The socket was not connected in the time that it had. */
export function toTimeoutError(phase: ConnectionPhase, destination: Destination, limitMs: number): ConnectionError {
  const message = `${describePhase(phase, destination)}: not done within ${limitMs} ms`;
  return new ConnectionError({ phase, code: "CONNECT_TIMEOUT", message });
}

/**
 * With TLS 1.3 a server judges the client's certificate when for the client the handshake is over: its refusal comes as
 * an alert into the open connection, or in place of an answer to the upgrade (RFC 8446, section 6.2).
 */
function isAlert(cause: unknown): boolean {
  return isNativeError(cause) && "code" in cause && /^ERR_SSL_.*ALERT/.test(String(cause.code));
}

/** Names host and port only: the rest of a URL may hold what is nobody's business. */
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
    case "connected":
      return `the connection to ${address} broke`;
  }
}

/** Several addresses were tried, where the cause has causes of its own: those say what happened. */
function describeCause(cause: unknown): string {
  if (!isNativeError(cause)) {
    return String(cause);
  }
  return cause.message === "" && "errors" in cause && Array.isArray(cause.errors)
    ? cause.errors.map(describeCause).join("; ")
    : cause.message;
}
