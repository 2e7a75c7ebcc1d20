/** Methods of enhanced authentication, for the client option `authentication`; what is not imported is not shipped. */

export { makeScramSha256, type ScramOptions } from "./scram-sha-256.js";
export type { ScramCrypto, ScramKey, ScramPlatform } from "./scram-platform.js";
