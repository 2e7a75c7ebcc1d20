/**
 * The reason codes that the client itself says or looks for (section 2.4): numbers, so that an application which does not
 * name the constants of the public face does not ship them.
 */

export const success = 0x00;
export const continueAuthentication = 0x18;
export const reauthenticate = 0x19;

/** From here on a reason code says that something failed. */
export const firstFailure = 0x80;

export const unspecifiedError = 0x80;
export const implementationSpecificError = 0x83;
export const unsupportedProtocolVersion = 0x84;
export const badUsernameOrPassword = 0x86;
export const notAuthorized = 0x87;
export const badAuthenticationMethod = 0x8c;
export const packetIdentifierNotFound = 0x92;
export const useAnotherServer = 0x9c;
export const serverMoved = 0x9d;
