import { checkDuration, checkOneOf, type ChecksOf } from "./checks.js";

/** The options of a client for the messages that it receives. */
export interface ReceivingOptions {
  /**
   * The way in which QoS 1 and 2 messages are acknowledged. Default: `automatic`.
   *
   * - `automatic`: the client acknowledges a message after every consumer is done with it
   * - `manual`: the application calls `message.acknowledge`
   */
  readonly acknowledgement?: "automatic" | "manual";
  /**
   * The action after a handler throws, rejects or takes too long, in addition to the event `handlerError`. Default:
   * `acknowledge`.
   *
   * - `acknowledge`: none; the message counts as handled
   * - `reject`: acknowledges the message with reason code 0x80; the server does not send it again
   * - `disconnect`: closes the connection, so that a resumed session delivers the message again
   */
  readonly onHandlerError?: "acknowledge" | "reject" | "disconnect";
  /** The time limit of the handlers of a QoS 1 or 2 message, in milliseconds. At least 1; default: no limit. */
  readonly handlerTimeoutMs?: number;
}

export const receivingChecks: ChecksOf<ReceivingOptions> = {
  acknowledgement: /* @__PURE__ */ checkOneOf("automatic", "manual"),
  onHandlerError: /* @__PURE__ */ checkOneOf("acknowledge", "reject", "disconnect"),
  handlerTimeoutMs: /* @__PURE__ */ checkDuration(1),
};
