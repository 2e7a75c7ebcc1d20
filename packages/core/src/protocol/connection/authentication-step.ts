/** The steps of enhanced authentication (section 4.12) that the application's functions answer, and their answers. */

import type { AuthPacket } from "../../codec/packets/auth.js";
import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { UserProperties } from "../../codec/packets/layouts/user-property.js";

/** A call of an application's function: `start` to authenticate again, the others with a packet of the server. */
export type AuthenticationStep =
  | { readonly kind: "start" }
  | { readonly kind: "respond"; readonly packet: AuthPacket }
  | { readonly kind: "verify"; readonly packet: AuthPacket | ConnackPacket };

/** The fields of our next packet; none after `verify`. */
export interface AuthenticationFields extends UserProperties {
  readonly authenticationData?: Uint8Array;
}

/** The result of the function, or the value that it threw. */
export type AuthenticationAnswer = { readonly fields: AuthenticationFields } | { readonly error: unknown };
