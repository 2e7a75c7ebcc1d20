import type { AuthReasonCode } from "../reason-codes.js";
import type { ReasonProperties } from "./user-property.js";

/** The properties of an AUTH (section 3.15.2.2). */
export interface AuthProperties extends ReasonProperties {
  /** Absent only in the form without properties. */
  readonly authenticationMethod?: string;
  /** A string is sent as UTF-8. */
  readonly authenticationData?: Uint8Array | string;
}

/** A step of an enhanced authentication (section 3.15). */
export interface AuthPacket extends AuthProperties {
  readonly type: "auth";
  readonly reasonCode: AuthReasonCode;
}
