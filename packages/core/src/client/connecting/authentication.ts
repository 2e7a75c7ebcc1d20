/** Enhanced authentication as an application takes part in it (section 4.12). */

import type { ReasonProperties, UserProperty } from "../../codec/packets/layouts/user-property.js";
import { type Check, checkFunction, checkText, refuse } from "../options/checks.js";
import type { PayloadInput } from "../options/payload.js";

/** Whether an exchange begins with CONNECT, or later with `reauthenticate`. */
export type AuthenticationKind = "connect" | "reauthenticate";

/** What the client sends next: in CONNECT or in AUTH. */
export interface AuthenticationReply {
  /** The authentication data, at most 65 535 bytes; a string is sent as UTF-8. Default: none (section 3.15.2.2.3). */
  readonly data?: PayloadInput;
  /** Left out of an AUTH that would be too large for the server with them; added to those of the CONNECT. */
  readonly userProperties?: readonly UserProperty[];
}

/** What the server sent: an AUTH, or at the end of the first exchange the CONNACK. */
export interface AuthenticationChallenge extends ReasonProperties {
  /** The authentication data; absent where there was none. */
  readonly data?: Uint8Array;
}

/**
 * How the client authenticates itself beyond user name and password. Each function may give a promise. What one throws or
 * rejects with ends the connection with an `AuthenticationError`.
 */
export interface Authentication {
  /** The name of the method, as the server knows it (section 3.1.2.11.9). */
  readonly method: string;
  /** Begins an exchange: before each CONNECT, and when `reauthenticate` is called. */
  start(kind: AuthenticationKind): AuthenticationReply | Promise<AuthenticationReply>;
  /** Answers an AUTH of the server's. */
  respond(challenge: AuthenticationChallenge): AuthenticationReply | Promise<AuthenticationReply>;
  /** Judges what the server sent with its success, before anything of that connection is used; default: anything will do. */
  verify?(final: AuthenticationChallenge): void | Promise<void>;
}

/** Accepts what implements {@link Authentication}, a class as well as a plain object. */
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
