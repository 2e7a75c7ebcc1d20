/** Enhanced authentication as an application takes part in it (section 4.12): its own functions, guarded. */

import type { AuthPacket } from "../codec/packets/auth.js";
import type { ConnackPacket } from "../codec/packets/connack.js";
import type { ReasonProperties, UserProperty } from "../codec/packets/user-property.js";
import type { AuthenticationFields, AuthenticationStep } from "../protocol/authentication-step.js";
import { AuthenticationError } from "../protocol/connection-errors.js";
import type { ConnectPreparation } from "./application-hooks.js";
import { type Check, checkBinary, checkFunction, checkObject, type ChecksOf, checkText, fail } from "./checks.js";
import { checkUserProperties, copyOfUserProperties } from "./message-options.js";
import { copyOfBytesOrText, type PayloadInput } from "./payload.js";

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
    fail(field, value, "an object");
  }
  const { method, start, respond, verify }: Partial<Record<keyof Authentication, unknown>> = value;
  checkText(method, `${field}.method`);
  checkFunction(start, `${field}.start`);
  checkFunction(respond, `${field}.respond`);
  if (verify !== undefined) {
    checkFunction(verify, `${field}.verify`);
  }
};

const checkReply = /* @__PURE__ */ checkObject({
  data: checkBinary,
  userProperties: checkUserProperties,
} satisfies ChecksOf<AuthenticationReply>);

/** Adds the first step of the exchange to what CONNECT says. */
export function withAuthentication(
  prepare: ConnectPreparation,
  authentication: Authentication | undefined,
): ConnectPreparation {
  return authentication === undefined
    ? prepare
    : async (attempt) => {
        const request = await prepare(attempt);
        try {
          const { userProperties = [], ...data } = toFields(await authentication.start("connect"));
          const properties = [...(request.userProperties ?? []), ...userProperties];
          const { method: authenticationMethod } = authentication;
          return { ...request, authenticationMethod, ...data, ...copyOfUserProperties({ userProperties: properties }) };
        } catch (cause) {
          const message = `authentication.start failed: ${cause instanceof Error ? cause.message : String(cause)}`;
          throw new AuthenticationError({ phase: "prepare", message, cause });
        }
      };
}

/** Calls the function that a step asks for. */
export async function authenticate(
  authentication: Authentication | undefined,
  step: AuthenticationStep,
): Promise<AuthenticationFields> {
  switch (step.kind) {
    case "start":
      return toFields(await authentication?.start("reauthenticate"));
    case "respond":
      return toFields(await authentication?.respond(toChallenge(step.packet)));
    case "verify":
      await authentication?.verify?.(toChallenge(step.packet));
      return {};
  }
}

function toFields(reply: AuthenticationReply = {}): AuthenticationFields {
  checkReply(reply, "reply");
  const data = reply.data === undefined ? undefined : copyOfBytesOrText(reply.data);
  return {
    ...(data !== undefined && { authenticationData: typeof data === "string" ? new TextEncoder().encode(data) : data }),
    ...copyOfUserProperties(reply),
  };
}

function toChallenge(packet: AuthPacket | ConnackPacket): AuthenticationChallenge {
  const { authenticationData, reasonString, userProperties } = packet;
  return {
    ...(authenticationData !== undefined && { data: authenticationData }),
    ...(reasonString !== undefined && { reasonString }),
    ...(userProperties !== undefined && { userProperties }),
  };
}
