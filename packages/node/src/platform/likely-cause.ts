/** Names the mistake that is likely behind a failure of a connection, such as a port for another protocol. */

import { isNativeError } from "node:util/types";
import type { ConnectionPhase } from "@mqtt5/core/adapter";
import type { Destination } from "../transports/destination.js";
import { RefusalError } from "./refusal-error.js";

const otherCertificate = "the server may want another client certificate: see tls.cert and tls.key";

/** The status codes with which a web server answers a request that it does not take for an upgrade. */
const noWebSocket: ReadonlySet<number> = new Set([200, 400, 404, 405, 426]);

/** Returns the mistake and what to do about it, in parentheses, or nothing. */
export function describeLikelyCause(cause: unknown, phase: ConnectionPhase, destination: Destination): string {
  const likely = likelyCause(cause, phase, destination);
  return likely === undefined ? "" : ` (${likely})`;
}

function likelyCause(cause: unknown, phase: ConnectionPhase, destination: Destination): string | undefined {
  const code = isNativeError(cause) && "code" in cause ? String(cause.code) : "";
  if (code.startsWith("HPE_")) {
    return "this port does not speak HTTP: use mqtt: or mqtts: for a port of MQTT";
  }
  if (/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/.test(code)) {
    return "this port does not speak TLS: use mqtt: or ws: for it";
  }
  if (/^ERR_SSL_.*ALERT_(HANDSHAKE_FAILURE|ACCESS_DENIED|UNKNOWN_CA|.*CERTIFICATE.*)$/.test(code)) {
    return otherCertificate;
  }
  if (cause instanceof RefusalError) {
    return phase === "websocket" && noWebSocket.has(cause.statusCode ?? 0)
      ? "there may be no WebSocket here: check scheme, port and path of the URL"
      : undefined;
  }
  return cause === undefined || /^(ECONNRESET|EPIPE)$/.test(code) ? causeOfCut(phase, destination) : undefined;
}

/** The likely cause where the server ended the connection without a word. A proxy may have ended it as well. */
function causeOfCut(phase: ConnectionPhase, { tlsSettings, proxy }: Destination): string | undefined {
  const certificate = tlsSettings && !proxy ? `; or ${otherCertificate}` : "";
  switch (phase) {
    case "tls":
      return `this port may not speak TLS: do scheme and port of the URL belong together?${certificate}`;
    case "websocket":
      return `this port may not speak HTTP: do scheme and port of the URL belong together?${certificate}`;
    case "connack":
      return `does it speak MQTT 5, and do scheme and port of the URL belong together?${certificate}`;
    case "prepare":
    case "dns":
    case "tcp":
    case "proxy":
    case "connected":
      return undefined;
  }
}
