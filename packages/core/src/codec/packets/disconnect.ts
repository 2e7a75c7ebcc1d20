import type { ReasonProperties } from "./user-property.js";

/** The properties of a client's DISCONNECT (section 3.14.2.2). */
export interface ClientDisconnectProperties extends ReasonProperties {
  /** Seconds; replaces the session expiry interval of the CONNECT. Only a client sends it. */
  readonly sessionExpiryInterval?: number;
}

/** The properties of a server's DISCONNECT (section 3.14.2.2). */
export interface ServerDisconnectProperties extends ReasonProperties {
  /** Other servers to use, as host or host:port, separated by spaces. Only a server sends it. */
  readonly serverReference?: string;
}

/** The last packet of a connection (section 3.14). */
export interface DisconnectPacket extends ClientDisconnectProperties, ServerDisconnectProperties {
  readonly type: "disconnect";
  /** One of `DisconnectReasonCode`; in a received packet also a code that the specification does not list. */
  readonly reasonCode: number;
}
