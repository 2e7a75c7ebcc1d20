/** The methods of enhanced authentication, for the client option `authentication`. */

export { makeScramSha256, type ScramOptions } from "./scram-sha-256.js";
export type { ScramCrypto, ScramKey, ScramPlatform } from "./scram-platform.js";
