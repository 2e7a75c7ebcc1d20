/** A source of numbers evenly spread over [0, 1); it need not be fit for cryptography. */
export type Random = () => number;
