/** The errors of Node's sockets, TLS and HTTP, told as errors of the client: in which phase, in words, with the cause. */

import { ConnectionError, MqttError } from "@mqtt5/core";
import type { ConnectionPhase, ServerUrl } from "@mqtt5/core/adapter";

/** Answers to the upgrade request after which another attempt cannot help soon. */
const hopelessStatusCodes: ReadonlySet<number> = new Set([401, 403, 407]);

/** Tells what an error of the platform in this phase means. An error of the client's own passes through. */
export function toConnectionError(cause: unknown, phase: ConnectionPhase, server: ServerUrl): MqttError {
  if (MqttError.is(cause)) {
    return cause;
  }
  return new ConnectionError({ phase, message: `${describePhase(phase, server)}: ${describeCause(cause)}`, cause });
}

/** The server answered the upgrade to WebSocket with another status than 101. */
export function toUpgradeError(status: number, reason: string, server: ServerUrl): ConnectionError {
  const answer = reason === "" ? String(status) : `${String(status)} ${reason}`;
  return new ConnectionError({
    phase: "websocket",
    message: `${describePhase("websocket", server)}: the server answered ${answer}`,
    retryable: !hopelessStatusCodes.has(status),
  });
}

/** The socket was not connected in the time that it had. */
export function toTimeoutError(phase: ConnectionPhase, server: ServerUrl, limitMs: number): ConnectionError {
  const message = `${describePhase(phase, server)}: not done within ${String(limitMs)} ms`;
  return new ConnectionError({ phase, code: "CONNECT_TIMEOUT", message });
}

/** Names host and port only: the rest of a URL may hold what is nobody's business. */
function describePhase(phase: ConnectionPhase, { host, port }: ServerUrl): string {
  const address = `${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
  switch (phase) {
    case "dns":
      return `the name ${host} could not be resolved`;
    case "tls":
      return `the TLS handshake with ${address} failed`;
    case "websocket":
      return `the WebSocket to ${address} could not be opened`;
    case "prepare":
    case "tcp":
    case "proxy":
      return `could not connect to ${address}`;
    case "connack":
    case "connected":
      return `the connection to ${address} broke`;
  }
}

/** Several addresses were tried, where the cause has causes of its own: those say what happened. */
function describeCause(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === "") {
    return cause.errors.map(describeCause).join("; ");
  }
  return cause instanceof Error ? cause.message : String(cause);
}
