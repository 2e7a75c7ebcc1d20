/**
 * Reads values that an application threw. They can be anything: an object without a prototype, an object whose
 * `toString` throws, a revoked Proxy. Even `instanceof` and `in` throw for some of them.
 */

/** Calls `read`. Returns `fallback` if it throws. */
function attempt<Value>(read: () => Value, fallback: Value): Value {
  try {
    return read();
  } catch {
    return fallback;
  }
}

/** Like `instanceof`, but never throws. */
export function isInstance<Value>(
  value: unknown,
  constructor: abstract new (...parameters: never[]) => Value,
): value is Value {
  return attempt(() => value instanceof constructor, false);
}

/** Gives the message of an error. Returns undefined for any other value. */
export function messageOf(value: unknown): string | undefined {
  return attempt(() => {
    const message: unknown = value instanceof Error ? value.message : undefined;
    return typeof message === "string" ? message : undefined;
  }, undefined);
}

/** Describes a value for a log: an error with its stack, any other value as text. */
export function describeThrown(value: unknown): string {
  return attempt(
    () => String(value instanceof Error ? (value.stack ?? value.message) : value),
    `a value that has no text (${typeof value})`,
  );
}
