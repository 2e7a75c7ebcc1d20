/** Enhanced authentication, as an application takes part in it (section 4.12). */

import type { ReasonProperties, UserProperty } from "../../codec/packets/layouts/user-property.js";
import { type Check, checkFunction, checkText, refuse } from "../options/checks.js";
import type { PayloadInput } from "../options/payload.js";

/** The start of an exchange: CONNECT, or a call of `reauthenticate`. */
export type AuthenticationKind = "connect" | "reauthenticate";

/** The client's next step in an exchange, sent in CONNECT or AUTH. */
export interface AuthenticationReply {
  /**
   * The authentication data. Text is sent as UTF-8. At most 65 535 bytes; default: none.
   *
   * See [section 3.15.2.2.3](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901224).
   */
  readonly data?: PayloadInput;
  /**
   * User properties of the step. In CONNECT they follow those of `connectOptions`. In an AUTH that would be too large
   * for the server they are left out. Default: none.
   */
  readonly userProperties?: readonly UserProperty[];
}

/** The server's step in an exchange: an AUTH, or the CONNACK at the end of the first exchange. */
export interface AuthenticationChallenge extends ReasonProperties {
  /** The authentication data; undefined when the server sent none. */
  readonly data?: Uint8Array;
}

/**
 * A method of enhanced authentication, beyond user name and password.
 *
 * Each function may be sync or async. If one throws or rejects, the connection ends with an `AuthenticationError`.
 */
export interface Authentication {
  /**
   * The name of the method, as the server knows it.
   *
   * See [section 3.1.2.11.9](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901055).
   */
  readonly method: string;
  /** Starts an exchange: before each CONNECT, and at a call of `reauthenticate`. */
  start(kind: AuthenticationKind): AuthenticationReply | Promise<AuthenticationReply>;
  /** Answers an AUTH of the server. */
  respond(challenge: AuthenticationChallenge): AuthenticationReply | Promise<AuthenticationReply>;
  /**
   * Checks the packet with which the server accepts: a CONNACK or an AUTH. The client reads nothing after that CONNACK
   * until the check is done. Default: no check.
   */
  verify?(final: AuthenticationChallenge): void | Promise<void>;
}

/** Checks the option `authentication`: any object that implements {@link Authentication}, also one of a class. */
export const checkAuthentication: Check = (value, field) => {
  if (typeof value !== "object" || value === null) {
    refuse(field, value, "an object");
  }
  const { method, start, respond, verify }: Partial<Record<keyof Authentication, unknown>> = value;
  checkText(method, `${field}.method`);
  checkFunction(start, `${field}.start`);
  checkFunction(respond, `${field}.respond`);
  if (verify !== undefined) {
    checkFunction(verify, `${field}.verify`);
  }
};
