/** The rule that CONNECT and CONNACK share: authentication data needs an authentication method. */
import { violation } from "../../violations.js";

interface AuthenticationFields {
  readonly authenticationMethod?: string;
  readonly authenticationData?: Uint8Array | string;
}

/** Throws if there is authentication data without a method. `statement` is the section of the packet. */
export function demandMethod(packet: AuthenticationFields, statement: string): void {
  if (packet.authenticationData !== undefined && packet.authenticationMethod === undefined) {
    throw violation("authenticationMethod is missing", statement);
  }
}
