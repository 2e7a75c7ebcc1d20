/**
 * Checks of the values that an application passes in, at run time. A caller without TypeScript gets the same clear
 * errors as one with it. A check returns for a valid value, and throws an `InvalidArgumentError` with the path of the
 * field for any other.
 */

import { largestFieldBytes } from "../../codec/limits.js";
import { topicNameProblem } from "../../codec/topic.js";
import { encodedLength, textProblem } from "../../codec/wire/utf8.js";
import { InvalidArgumentError } from "../../errors.js";
import { hintFor } from "./option-hints.js";
import { isBinary } from "./payload.js";

/**
 * Checks a value.
 *
 * @throws {InvalidArgumentError} the value is invalid; the error names `field`
 */
export interface Check {
  /** `outer` are the checks of the object that the value is a field of; a hint may name one of its fields. */
  (value: unknown, field: string, outer?: Checks): void;
  /** The checks of the fields, for a check of an object. */
  readonly fields?: Checks | undefined;
  /** The check of the members, for a check of a list. */
  readonly member?: Check;
}

/** Checks by the names of fields. */
export type Checks = Readonly<Record<string, Check>>;

/** One check for each field of a type. */
export type ChecksOf<Fields> = { readonly [Field in keyof Required<Fields>]: Check };

/** Checks for an integer in a range; both ends belong to it. */
export function checkInteger(minimum: number, maximum: number): Check {
  return (value, field) => {
    if (typeof value !== "number" || !Number.isInteger(value) || value < minimum || value > maximum) {
      refuse(field, value, `an integer from ${minimum} to ${maximum}`);
    }
  };
}

/** Checks for a count of at least one. */
export const checkCount: Check = /* @__PURE__ */ checkInteger(1, Number.MAX_SAFE_INTEGER);

/** Checks for a time in milliseconds of at least `minimum`. It need not be an integer. */
export function checkDuration(minimum = 0): Check {
  return (value, field) => {
    if (typeof value !== "number" || !(value >= minimum && value < Infinity)) {
      refuse(field, value, `a finite number, at least ${minimum}`);
    }
  };
}

/** Checks for one of these values. */
export function checkOneOf(...values: readonly (string | number)[]): Check {
  return (value, field) => {
    if (!values.some((each) => each === value)) {
      refuse(field, value, `one of ${values.join(", ")}`);
    }
  };
}

/** Checks for a boolean. */
export const checkBoolean: Check = /* @__PURE__ */ checkType("boolean");
/** Checks for a function. */
export const checkFunction: Check = /* @__PURE__ */ checkType("function");

/** Checks for a string. */
export const checkString: Check = (value, field) => {
  if (typeof value !== "string") {
    refuseUnseen(field, "a string");
  }
};

function checkType(type: "boolean" | "function"): Check {
  return (value, field) => {
    if (typeof value !== type) {
      refuse(field, value, `a ${type}`);
    }
  };
}

/** Checks for a UTF-8 string of the protocol (section 1.5.4). */
export const checkText: Check = /* @__PURE__ */ checkStringWithout(textProblem);

/** Checks for a UTF-8 string of the protocol, as `checkText` does. The error does not quote it: it may be a secret. */
export const checkSecretText: Check = (value, field) => {
  const problem = typeof value === "string" ? textProblem(value) : "a string";
  if (problem !== undefined) {
    refuseUnseen(field, problem);
  }
};

/** Checks for a topic name (section 4.7). */
export const checkTopicName: Check = /* @__PURE__ */ checkStringWithout(topicNameProblem);

/** Checks for a string in which `problemOf` finds no problem. */
export function checkStringWithout(problemOf: (text: string) => string | undefined): Check {
  return (value, field) => {
    const problem = typeof value === "string" ? problemOf(value) : "a string";
    if (problem !== undefined) {
      refuse(field, value, problem);
    }
  };
}

/** Checks for binary data of at most 65 535 bytes; text counts as UTF-8 (section 1.5.6). */
export const checkBinary: Check = (value, field) => {
  checkPayload(value, field);
  const length = typeof value === "string" ? encodedLength(value) : isBinary(value) ? value.byteLength : 0;
  if (length > largestFieldBytes) {
    refuseUnseen(field, `at most ${largestFieldBytes} bytes`);
  }
};

/** Checks for a payload: text, an `ArrayBuffer`, or a view of one. */
export const checkPayload: Check = (value, field) => {
  if (typeof value === "string" ? !isWellFormed(value) : !isBinary(value)) {
    refuseUnseen(field, "well-formed text or binary data");
  }
};

/** Checks for a list whose members all pass a check. */
export function checkList(check: Check): Check {
  const checkMembers: Check = (value, field) => {
    if (!Array.isArray(value)) {
      refuse(field, value, "a list");
    }
    for (const [index, member] of value.entries()) {
      check(member, `${field}[${index}]`);
    }
  };
  return Object.assign(checkMembers, { member: check });
}

/** Checks for an object with all required fields and no unknown ones. A field that is undefined counts as left out. */
export function checkObject(checks: Checks, ...required: readonly string[]): Check {
  const checkFields: Check = (value, field, outer = {}) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      refuseUnseen(field === "" ? "options" : field, "an object");
    }
    const prefix = field === "" ? "" : `${field}.`;
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(checks, name)) {
        const message = `unknown option ${prefix}${name}: ${hintFor(name, checks, outer)}`;
        throw new InvalidArgumentError({ field: prefix + name, limit: "left out", message });
      }
    }
    for (const [name, check] of Object.entries(checks)) {
      const member: unknown = Reflect.get(value, name); // an inherited member too: the client would use it
      if (member !== undefined) {
        check(member, prefix + name, checks);
      }
    }
    for (const name of required) {
      if (Reflect.get(value, name) === undefined) {
        refuseUnseen(prefix + name, "given");
      }
    }
  };
  return Object.assign(checkFields, { fields: checks });
}

/**
 * Throws the error of a check.
 *
 * @throws {InvalidArgumentError} always
 */
export function refuse(field: string, value: unknown, limit: string): never {
  throw new InvalidArgumentError({ field, value, limit });
}

/**
 * Throws the error of a check without the value, which may be a secret: a key, or a URL with a password.
 *
 * @throws {InvalidArgumentError} always
 */
export function refuseUnseen(field: string, limit: string): never {
  throw new InvalidArgumentError({ field, limit });
}

/** Tells whether every surrogate of a text has its other half. */
export function isWellFormed(text: string): boolean {
  // The encoder writes U+FFFD for a lone surrogate without an error, so that the text would change.
  return !/\p{Surrogate}/u.test(text);
}
