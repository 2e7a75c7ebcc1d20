/** A key as `crypto.subtle` knows it. */
export interface ScramKey {
  readonly type: string;
}

/** What SCRAM uses of `crypto.subtle`. */
export interface ScramCrypto {
  digest(algorithm: "SHA-256", data: ArrayBuffer): Promise<ArrayBuffer>;
  importKey(
    format: "raw",
    keyData: ArrayBuffer,
    algorithm: "PBKDF2" | { name: "HMAC"; hash: "SHA-256" },
    extractable: boolean,
    keyUsages: ("sign" | "deriveBits")[],
  ): Promise<ScramKey>;
  sign(algorithm: "HMAC", key: ScramKey, data: ArrayBuffer): Promise<ArrayBuffer>;
  deriveBits(
    algorithm: { name: "PBKDF2"; hash: "SHA-256"; salt: ArrayBuffer; iterations: number },
    baseKey: ScramKey,
    length: number,
  ): Promise<ArrayBuffer>;
}

/** What SCRAM needs of a platform. */
export interface ScramPlatform {
  /** The platform's `crypto.subtle`; a browser has none in a page that is no secure context. */
  readonly subtle: ScramCrypto | undefined;
  /** Random bytes that nobody can foresee. */
  randomBytes(count: number): Uint8Array;
}
