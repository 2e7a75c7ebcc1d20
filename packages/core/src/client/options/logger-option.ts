/** The option `logger`. */

import type { Logger } from "../../ports/logger.js";
import { type Check, refuseUnseen } from "./checks.js";

/** Checks for an object with a method `warn`. It may have others: `console` is a logger. */
export const checkLogger: Check = (value, field) => {
  if (typeof value !== "object" || value === null || !("warn" in value && typeof value.warn === "function")) {
    refuseUnseen(field, "an object with a method warn(message, cause)");
  }
};

/** Wraps a logger, so that an exception in it does no harm. */
export function guardLogger(logger: Logger): Logger {
  return {
    warn: (...report) => {
      try {
        logger.warn(...report);
      } catch {
        // There is nowhere to report it to.
      }
    },
  };
}
