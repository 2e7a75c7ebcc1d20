/** Returns a random number from 0 to 1, without 1. It need not be fit for cryptography. */
export type Random = () => number;
