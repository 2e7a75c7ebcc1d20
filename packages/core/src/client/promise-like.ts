/** Tells whether a value is a promise, or has a method `then` like one. */
export function isPromiseLike<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Calls `next` with a value: at once for a plain value, later for a promise. */
export function afterwards<Value, Result>(
  value: Value | PromiseLike<Value>,
  next: (value: Value) => Result | PromiseLike<Result>,
): Result | PromiseLike<Result> {
  return isPromiseLike(value) ? Promise.resolve(value).then(next) : next(value);
}
