import { checkDuration, checkOneOf, type ChecksOf } from "./checks.js";

/** The options of a client that are about the messages that come. */
export interface ReceivingOptions {
  /**
   * Who acknowledges messages at QoS 1 and 2. `automatic`: the client, once every handler has returned or resolved;
   * `manual`: the application, with `message.acknowledge`. Default `automatic`.
   */
  readonly acknowledgement?: "automatic" | "manual";
  /**
   * What follows when a handler throws, rejects or takes too long, beside the event `handlerError`.
   *
   * - `acknowledge`, the default: nothing else, the message counts as handled
   * - `reject`: the message is acknowledged with reason code 0x80, and not sent again
   * - `disconnect`: the connection is closed, so that a resumed session delivers the message again
   */
  readonly onHandlerError?: "acknowledge" | "reject" | "disconnect";
  /** How long handlers of a message at QoS 1 or 2 may take, at least 1; default: as long as they like. */
  readonly handlerTimeoutMs?: number;
}

export const receivingChecks: ChecksOf<ReceivingOptions> = {
  acknowledgement: /* @__PURE__ */ checkOneOf("automatic", "manual"),
  onHandlerError: /* @__PURE__ */ checkOneOf("acknowledge", "reject", "disconnect"),
  handlerTimeoutMs: /* @__PURE__ */ checkDuration(1),
};
