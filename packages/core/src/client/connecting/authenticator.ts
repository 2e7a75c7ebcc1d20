/** Calls the functions of the option `authentication`, and checks their results. */

import type { AuthPacket } from "../../codec/packets/auth.js";
import type { ConnackPacket } from "../../codec/packets/connack.js";
import { shareDeferred } from "../../codec/wire/deferred-list.js";
import type { AuthenticationFields, AuthenticationStep } from "../../protocol/connection/authentication-step.js";
import { AuthenticationError, describeFailure } from "../../protocol/errors/connection-errors.js";
import type { ConnectPreparation } from "./application-hooks.js";
import type { Authentication, AuthenticationChallenge, AuthenticationReply } from "./authentication.js";
import { checkBinary, checkObject, type ChecksOf, checkText } from "../options/checks.js";
import { copyOf } from "../options/option-copies.js";
import { checkUserProperties } from "../options/message-fields.js";

const checkReply = /* @__PURE__ */ checkObject({
  data: checkBinary,
  userProperties: checkUserProperties,
} satisfies ChecksOf<AuthenticationReply>);

/** Adds the first step of the exchange to the fields of CONNECT. */
export function withAuthentication(
  prepare: ConnectPreparation,
  authentication: Authentication | undefined,
): ConnectPreparation {
  return authentication
    ? async (attempt) => {
        const request = await prepare(attempt);
        try {
          const { userProperties = [], ...data } = toFields(await authentication.start("connect"));
          const { method } = authentication; // may be a getter
          checkText(method, "authentication.method");
          return {
            ...request,
            authenticationMethod: method,
            ...data,
            userProperties: [...(request.userProperties ?? []), ...userProperties],
          };
        } catch (cause) {
          const message = describeFailure("authentication.start failed", cause);
          throw new AuthenticationError({ phase: "prepare", message, cause });
        }
      }
    : prepare;
}

/** Calls the function of a step. */
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
  const { data, userProperties } = reply;
  return copyOf({
    authenticationData: typeof data === "string" ? new TextEncoder().encode(data) : data,
    userProperties,
  });
}

function toChallenge(packet: AuthPacket | ConnackPacket): AuthenticationChallenge {
  const { authenticationData: data, reasonString } = packet;
  const challenge = copyOf({ data, reasonString });
  return shareDeferred(packet, challenge, "userProperties")
    ? challenge
    : { ...challenge, ...copyOf({ userProperties: packet.userProperties }) };
}
