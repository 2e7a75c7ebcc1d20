import type { ClientOptions } from "@mqtt5/core";
import type { SocketOptions } from "./socket-options.js";
import type { TlsOptions } from "./tls-options.js";

/** The options of the client in Node. */
export interface Mqtt5ClientOptions extends ClientOptions {
  /** For `mqtts:` and `wss:`; with another URL it is an `InvalidArgumentError`. */
  readonly tls?: TlsOptions;

  /** The TCP connection under every transport. */
  readonly socket?: SocketOptions;
}
