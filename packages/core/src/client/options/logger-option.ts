/** The option `logger`. */

import type { Logger } from "../../ports/logger.js";
import { isPromiseLike } from "../promise-like.js";
import { type Check, refuseUnseen } from "./checks.js";

/** Checks for an object with a method `warn`. It may have others: `console` is a logger. */
export const checkLogger: Check = (value, field) => {
  if (typeof value !== "object" || value === null || !("warn" in value && typeof value.warn === "function")) {
    refuseUnseen(field, "an object with a method warn(message, cause)");
  }
};

/** Wraps a logger, so that it does no harm when it throws or rejects. */
export function guardLogger(logger: Logger): Logger {
  // An async function is a logger too.
  const target: { readonly warn: (...report: Parameters<Logger["warn"]>) => unknown } = logger;
  return {
    warn: (...report) => {
      try {
        const result = target.warn(...report);
        if (isPromiseLike(result)) {
          result.then(undefined, () => undefined);
        }
      } catch {
        // There is nowhere to report it to.
      }
    },
  };
}
