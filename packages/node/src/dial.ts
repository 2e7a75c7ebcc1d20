/**
 * Opens the socket under every transport: name, address, TCP and, where the URL asks for it, TLS. Which of these is
 * being done is told as it begins, so that a failure can be named after it.
 */

import { connect as connectTcp, isIP, type OnReadOpts, type Socket, type TcpNetConnectOpts } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import type { Clock, ConnectionPhase, ServerUrl } from "@mqtt5/core/adapter";
import { toTimeoutError } from "./node-error.js";
import type { SocketOptions } from "./socket-options.js";
import type { TlsSettings } from "./tls-settings.js";

/** Where to, and how. */
export interface Destination {
  readonly server: ServerUrl;
  readonly socketOptions: SocketOptions;
  /** Undefined for a scheme without TLS. */
  readonly tlsSettings: TlsSettings | undefined;
  readonly clock: Clock;
}

/** Where a connection stands. */
export interface Progress {
  /** The phase that an error belongs to. */
  phase: ConnectionPhase;
}

/** What the one who dials gives. */
export interface DialRequest {
  readonly progress: Progress;
  /** Tells of the phases after the first. */
  readonly onPhase: (phase: ConnectionPhase) => void;
  /** Where what is read goes, for a socket that is not read as a stream. */
  readonly onread?: OnReadOpts;
}

/**
 * Opens a socket. It is ready at its event `connect`, or `secureConnect` under TLS (see {@link readyEvent}); what goes
 * wrong is its event `error`.
 */
export function dial(destination: Destination, request: DialRequest): Socket {
  const { server, socketOptions } = destination;
  const { progress, onPhase } = request;
  const enter = (phase: ConnectionPhase): void => {
    progress.phase = phase;
    onPhase(phase);
  };
  enter(isIP(server.host) === 0 ? "dns" : "tcp");
  const socket = openSocket(destination, request);
  socket.on("lookup", (error: Error | null) => {
    if (error === null && progress.phase === "dns") {
      enter("tcp");
    }
  });
  socket.once("connect", () => {
    socket.setNoDelay(true);
    socket.setKeepAlive(socketOptions.keepAlive ?? false, socketOptions.keepAliveInitialDelayMs ?? 0);
    if (isSecure(server)) {
      enter("tls");
    }
  });
  limitTime(destination, progress, socket);
  return socket;
}

/** The event after which bytes of the layer above can be exchanged. */
export function readyEvent(server: ServerUrl): "connect" | "secureConnect" {
  return isSecure(server) ? "secureConnect" : "connect";
}

function isSecure({ scheme }: ServerUrl): boolean {
  return scheme === "mqtts" || scheme === "wss";
}

function openSocket({ server, socketOptions, tlsSettings }: Destination, { onread }: DialRequest): Socket {
  const { host, port } = server;
  const tcpOptions: TcpNetConnectOpts = {
    host,
    port,
    ...(socketOptions.family === undefined ? {} : { family: socketOptions.family }),
    ...(onread === undefined ? {} : { onread }),
  };
  if (!isSecure(server)) {
    return connectTcp(tcpOptions);
  }
  const tlsOptions: ConnectionOptions & TcpNetConnectOpts = {
    // An address has no place in SNI (RFC 6066), but is still what the certificate is checked against.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...tlsSettings,
    ...tcpOptions,
  };
  return connectTls(tlsOptions);
}

function limitTime({ server, socketOptions, clock }: Destination, progress: Progress, socket: Socket): void {
  const limitMs = socketOptions.connectTimeoutMs;
  if (limitMs === undefined) {
    return;
  }
  const cancel = clock.wakeAt(clock.now() + limitMs, () => {
    socket.destroy(toTimeoutError(progress.phase, server, limitMs));
  });
  socket.once("connect", cancel);
  socket.once("close", cancel);
}
