/**
 * Checks of what an application passes in, at run time: a caller without TypeScript gets the same clear error as one
 * with it. A check says nothing where the value fits and throws an `InvalidArgumentError` with its path where not.
 */

import { largestFieldBytes } from "../../codec/limits.js";
import { topicNameProblem } from "../../codec/topic.js";
import { encodedLength, textProblem } from "../../codec/wire/utf8.js";
import { InvalidArgumentError } from "../../errors.js";
import { isBinary } from "./payload.js";

/** Throws an `InvalidArgumentError` that names `field` when the value does not fit. */
export type Check = (value: unknown, field: string) => void;

/** One check for each field of a type. */
export type ChecksOf<Fields> = { readonly [Field in keyof Required<Fields>]: Check };

/** An integer in this range, both ends included. */
export function checkInteger(minimum: number, maximum: number): Check {
  return (value, field) => {
    if (typeof value !== "number" || !Number.isInteger(value) || value < minimum || value > maximum) {
      refuse(field, value, `an integer from ${minimum} to ${maximum}`);
    }
  };
}

/** How many there may be: at least one. */
export const checkCount: Check = /* @__PURE__ */ checkInteger(1, Number.MAX_SAFE_INTEGER);

/** A time in milliseconds of at least `minimum`; it need not be whole. */
export function checkDuration(minimum = 0): Check {
  return (value, field) => {
    if (typeof value !== "number" || !(value >= minimum && value < Infinity)) {
      refuse(field, value, `a finite number, at least ${minimum}`);
    }
  };
}

/** One of these values. */
export function checkOneOf(...values: readonly (string | number)[]): Check {
  return (value, field) => {
    if (!values.some((each) => each === value)) {
      refuse(field, value, `one of ${values.join(", ")}`);
    }
  };
}

export const checkBoolean: Check = /* @__PURE__ */ checkType("boolean");
export const checkFunction: Check = /* @__PURE__ */ checkType("function");

/** Any string. */
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

/** A UTF-8 string as the protocol carries it (section 1.5.4). */
export const checkText: Check = /* @__PURE__ */ checkStringWithout(textProblem);

/** A topic name (section 4.7). */
export const checkTopicName: Check = /* @__PURE__ */ checkStringWithout(topicNameProblem);

/** A string of which `problemOf` knows no problem. */
export function checkStringWithout(problemOf: (text: string) => string | undefined): Check {
  return (value, field) => {
    const problem = typeof value === "string" ? problemOf(value) : "a string";
    if (problem !== undefined) {
      refuse(field, value, problem);
    }
  };
}

/** Binary data, as bytes or as text to be sent as UTF-8, at most 65 535 bytes (section 1.5.6). */
export const checkBinary: Check = (value, field) => {
  checkPayload(value, field);
  const length = typeof value === "string" ? encodedLength(value) : isBinary(value) ? value.byteLength : 0;
  if (length > largestFieldBytes) {
    refuseUnseen(field, `at most ${largestFieldBytes} bytes`);
  }
};

/** A payload: text, an `ArrayBuffer`, or a view of one. */
export const checkPayload: Check = (value, field) => {
  if (typeof value === "string" ? !isWellFormed(value) : !isBinary(value)) {
    refuseUnseen(field, "well-formed text or binary data");
  }
};

/** A list whose members all pass. */
export function checkList(check: Check): Check {
  return (value, field) => {
    if (!Array.isArray(value)) {
      refuse(field, value, "a list");
    }
    for (const [index, member] of value.entries()) {
      check(member, `${field}[${index}]`);
    }
  };
}

/** An object that has no field but these, and all of the required ones; a field that is undefined counts as left out. */
export function checkObject(checks: Readonly<Record<string, Check>>, ...required: readonly string[]): Check {
  return (value, field) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      refuseUnseen(field === "" ? "options" : field, "an object");
    }
    const prefix = field === "" ? "" : `${field}.`;
    const fields: Readonly<Record<string, unknown>> = { ...value };
    for (const name of Object.keys(fields)) {
      if (!Object.hasOwn(checks, name)) {
        refuseUnseen(prefix + name, `one of ${Object.keys(checks).join(", ")}`);
      }
    }
    for (const [name, check] of Object.entries(checks)) {
      const member: unknown = Reflect.get(value, name); // also one that its class gives, since that is used as well
      if (member !== undefined) {
        check(member, prefix + name);
      }
    }
    for (const name of required) {
      if (fields[name] === undefined) {
        refuseUnseen(prefix + name, "given");
      }
    }
  };
}

/** Throws the error of a check. */
export function refuse(field: string, value: unknown, limit: string): never {
  throw new InvalidArgumentError({ field, value, limit });
}

/** Throws the error of a check where the value may be a secret: a key, or a URL with a password. */
export function refuseUnseen(field: string, limit: string): never {
  throw new InvalidArgumentError({ field, limit });
}

/** Whether every surrogate of a text has its other half. */
export function isWellFormed(text: string): boolean {
  // Encoding a lone surrogate writes U+FFFD in silence, and with it another text than the caller's.
  return !/\p{Surrogate}/u.test(text);
}
