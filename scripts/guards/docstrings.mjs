/**
 * Shows that the check of the docstrings can fail: each line of the made-up source below that ends in a comment must bring
 * the complaint in the comment, and no other line may bring one. `respond` is left out.
 */
import path from "node:path";
import { docstringProblems, publicNames } from "../lib/docstrings.mjs";
import { root } from "../lib/packages.mjs";
import { sourceProgram } from "../lib/source-program.mjs";

const place = "packages/core/src/made-up.ts";
const text = `/** Not exported, but its members are inherited. */
interface Base {
  inherited: 1; // Shape.inherited has no documentation
}

/** A shape. */
export interface Shape extends Base {
  /** Has documentation. */
  good: 1;
  bad: 1; // Shape.bad has no documentation
  method(): void; // Shape.method has no documentation
  (): void; // Shape() has no documentation
}

export type Either = 1 | 2; // Either has no documentation

/** Fields. */
export type Fields = {
  field: 1; // Fields.field has no documentation
};

/** Codes. */
export const Codes = {
  Bad: 1, // Codes.Bad has no documentation
  /** Has documentation. */
  Good: 2,
} as const;
/** @example The tag alone is no text. */
export type Codes = 1 | 2;

/** A parent; {@link Child} has its documentation as well. */
export class Parent {
  /** Does something. */
  documented(): void {}
  undocumented(): void {} // Child.undocumented has no documentation
}

export class Child extends Parent { // Child has no documentation
  #hidden = 1;
  protected forHeirs = 1;
  override documented(): void {}
  static made = 1; // Child.made has no documentation
  get accessor(): number { // Child.accessor has no documentation
    return this.#hidden;
  }
}

/** A client. */
export class Mqtt5Client {
  /** @example new Mqtt5Client() */
  constructor() {}
  /** @example publish() */
  publish(): void {} // Mqtt5Client.publish has no documentation
  /** Has no example. */
  subscribe(): void {} // Mqtt5Client.subscribe has no @example
  /** @example */
  messages(): void {} // Mqtt5Client.messages has no documentation
  /**
   * Adds a listener.
   *
   * @example on()
   */
  on(): void {}
}

/** Has no example. */
export function request(): void {} // request has no @example

/** Throws. */
export const throwing = (): never => { // throwing throws, but has no @throws
  throw 1;
};

/**
 * Throws.
 *
 * @throws 1
 */
export function documentedThrowing(): void {
  throw 1;
}

/** Only what it calls or makes throws, or it catches itself. */
export function calm(): () => never {
  try {
    throw 1;
  } catch {
    return () => {
      throw 1;
    };
  }
}
`;

const expected = text
  .split("\n")
  .map((line, index) => [index + 1, / \/\/ (.*)$/.exec(line)?.[1]])
  .filter(([, complaint]) => complaint !== undefined)
  .map(([number, complaint]) => `${place}:${number} ${complaint}`);
expected.push("respond is not public, and was to have an @example");

const file = path.join(root, place);
const program = sourceProgram("core", { files: [], texts: new Map([[file, text]]) });
const reported = docstringProblems([...publicNames(program, file)]);
const unnoticed = expected.filter((line) => !reported.includes(line));
const needless = reported.filter((line) => !expected.includes(line));
unnoticed.forEach((line) => console.error(`not reported: ${line}`));
needless.forEach((line) => console.error(`reported, and should not be: ${line}`));
console.log(`${expected.length - unnoticed.length} of ${expected.length} gaps in made-up documentation were reported`);
process.exitCode = unnoticed.length === 0 && needless.length === 0 ? 0 : 1;
