/** How an argument is refused: before it comes to an encoder, which writes whatever it is given. */
import { InvalidArgumentError } from "../errors.js";

/** Throws the error for an argument that is not what it must be. */
export function refuse(field: string, value: unknown, limit: string): never {
  throw new InvalidArgumentError({ field, value, limit });
}

/** Demands an integer of this range, both ends included. */
export function demandInteger(
  value: unknown,
  minimum: number,
  maximum: number,
  field: string,
): asserts value is number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < minimum || value > maximum) {
    refuse(field, value, `an integer from ${minimum} to ${maximum}`);
  }
}
