/** What passes between the engine and the application's functions for enhanced authentication (section 4.12). */

import type { AuthPacket } from "../../codec/packets/auth.js";
import type { ConnackPacket } from "../../codec/packets/connack.js";
import type { UserProperties } from "../../codec/packets/layouts/user-property.js";

/** One of the application's functions, to be called: `start` to authenticate again, the others with a server's packet. */
export type AuthenticationStep =
  | { readonly kind: "start" }
  | { readonly kind: "respond"; readonly packet: AuthPacket }
  | { readonly kind: "verify"; readonly packet: AuthPacket | ConnackPacket };

/** What our next packet carries; nothing after `verify`. */
export interface AuthenticationFields extends UserProperties {
  readonly authenticationData?: Uint8Array;
}

/** What the function gave, or what it threw. */
export type AuthenticationAnswer = { readonly fields: AuthenticationFields } | { readonly error: unknown };
