/** The random numbers of the platform. */
export interface Random {
  /** Returns a random number from 0 to 1, without 1. It spreads delays, and need not be fit for cryptography. */
  number(): number;

  /**
   * Returns this many random bytes from the cryptographic source of the platform, for values that a stranger must not
   * guess. Left out where the platform has no such source: the client then uses `number`, and logs one warning.
   */
  readonly bytes?: ((count: number) => Uint8Array) | undefined;
}
