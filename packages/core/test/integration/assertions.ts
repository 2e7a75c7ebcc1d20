/** What the scenarios need to judge by; they run where no test framework does. */

/** Throws unless both have the same JSON. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (found !== wanted) {
    throw new Error(`${what}: ${found} instead of ${wanted}`);
  }
}

/** Throws unless it holds. */
export function holds(condition: boolean, what: string): void {
  if (!condition) {
    throw new Error(`not so: ${what}`);
  }
}

/** The reason with which a promise is rejected; throws when it is not. */
export async function rejection(promise: Promise<unknown>, what: string): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`not rejected: ${what}`);
}
