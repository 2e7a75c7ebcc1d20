/** A key of `crypto.subtle`: a `CryptoKey`. */
export interface ScramKey {
  /** The type of the key, such as `"secret"`. */
  readonly type: string;
}

/** The part of `crypto.subtle` that SCRAM uses. */
export interface ScramCrypto {
  /** Computes a hash. */
  digest(algorithm: "SHA-256", data: ArrayBuffer): Promise<ArrayBuffer>;
  /** Makes a key from bytes. */
  importKey(
    format: "raw",
    keyData: ArrayBuffer,
    algorithm: "PBKDF2" | { name: "HMAC"; hash: "SHA-256" },
    extractable: boolean,
    keyUsages: ("sign" | "deriveBits")[],
  ): Promise<ScramKey>;
  /** Computes an HMAC. */
  sign(algorithm: "HMAC", key: ScramKey, data: ArrayBuffer): Promise<ArrayBuffer>;
  /** Derives `length` bits from a password. */
  deriveBits(
    algorithm: { name: "PBKDF2"; hash: "SHA-256"; salt: ArrayBuffer; iterations: number },
    baseKey: ScramKey,
    length: number,
  ): Promise<ArrayBuffer>;
}

/** The part of a platform that SCRAM uses. */
export interface ScramPlatform {
  /** The `crypto.subtle` of the platform. Undefined in a page that is no secure context. */
  readonly subtle: ScramCrypto | undefined;
  /** Returns random bytes that nobody can foresee. */
  randomBytes(count: number): Uint8Array;
}
