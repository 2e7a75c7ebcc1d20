/**
 * Shows that the lint rules of this project can fail: each line of bad code below must be reported by its rule.
 *
 * Rules that need types are tried in the place of a file that the type checker knows; the others under a made-up name.
 */
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";

const source = "packages/core/src/made-up.ts";
const suite = "packages/core/src/made-up.spec.ts";
const nodeSuite = "packages/node/test/made-up.spec.ts";
const known = "packages/core/src/errors.ts";

const lines = (count) => "void 0;\n".repeat(count);

const cases = [
  [known, "@typescript-eslint/no-floating-promises", "export function f(p: Promise<void>): void { p; }"],
  [
    known,
    "@typescript-eslint/no-misused-promises",
    "export const f = (g: (h: () => void) => void): void => { g(async () => { await Promise.resolve(); }); };",
  ],
  [
    known,
    "@typescript-eslint/switch-exhaustiveness-check",
    'export function f(x: "a" | "b"): void { switch (x) { case "a": return; } }',
  ],
  [source, "@typescript-eslint/no-explicit-any", "export function f(x: any): void { g(x); }"],
  [source, "@typescript-eslint/no-non-null-assertion", "export const f = (x?: number): number => x!;"],
  [source, "@typescript-eslint/consistent-type-assertions", "export const f = (x: unknown): number => x as number;"],
  [
    source,
    "@typescript-eslint/max-params",
    "export const f = (a: 1, b: 1, c: 1, d: 1, e: 1): void => g(a, b, c, d, e);",
  ],
  [source, "no-restricted-syntax", 'export * from "./errors.js";'],
  [source, "no-restricted-syntax", "export default 1;"],
  [source, "no-restricted-syntax", "export enum E { A }"],
  [source, "no-restricted-syntax", "export class C { private x = 1; }"],
  [source, "no-restricted-globals", "export const now = (): number => Date.now();"],
  [source, "no-restricted-properties", "export const chance = (): number => Math.random();"],
  [source, "no-restricted-globals", "setTimeout(() => undefined, 1);"],
  [source, "no-console", 'console.log("x");'],
  [source, "max-lines", lines(401)],
  [source, "max-lines-per-function", `export function f(): void {\n${lines(60)}}`],
  [source, "project/no-barrel", 'export { MqttError } from "./errors.js";'],
  [source, "project/no-barrel", 'import { MqttError } from "./errors.js"; export { MqttError };'],
  [source, "project/no-barrel", 'import { MqttError } from "./errors.js"; export { MqttError as ClientError };'],
  [source, "project/no-barrel", 'import type { MqttErrorCode } from "./errors.js"; export type { MqttErrorCode };'],
  [source, "project/no-barrel", 'import { type MqttErrorCode } from "./errors.js"; export { type MqttErrorCode };'],
  [source, "project/no-barrel", 'import * as errors from "./errors.js"; export { errors };'],
  ["packages/core/src/madeUp.ts", "project/kebab-case-file", "export const x = 1;"],
  ["packages/core/src/ports/made-up.ts", "no-restricted-syntax", "export const x = 1;"],
  ["packages/core/src/ports/made-up.ts", "no-restricted-syntax", 'import { MqttError } from "../errors.js";'],
  [suite, "no-restricted-globals", "setInterval(() => undefined, 1);"],
  [suite, "no-restricted-globals", "const t = Date.now();"],
  [suite, "no-restricted-imports", 'import { setTimeout as wait } from "node:timers/promises";'],
  [suite, "no-restricted-syntax", "jest.useFakeTimers();"],
  [suite, "no-restricted-syntax", "jest.retryTimes(3);"],
  [nodeSuite, "no-restricted-syntax", "jest.retryTimes(3);"],
  [nodeSuite, "no-restricted-syntax", 'test.only("x", () => undefined);'],
  ["jest.config.ts", "no-restricted-syntax", "export const config = { passWithNoTests: true };"],
  ["jest.config.ts", "no-restricted-syntax", "export const config = { forceExit: true };"],
  ["packages/browser/playwright.config.ts", "no-restricted-syntax", "export const config = { retries: 2 };"],
  ["scripts/made-up.mjs", "no-restricted-syntax", 'export const argument = "--forceExit";'],
];

/** Under `CI` the parser would take the text of a file from the disk, whatever it is given. */
const fromText = { languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } } };

const typed = new ESLint({ overrideConfig: fromText });
const untyped = new ESLint({ overrideConfig: tseslint.configs.disableTypeChecked });

let holes = 0;
for (const [filePath, rule, code] of cases) {
  const [result] = await (filePath === known ? typed : untyped).lintText(code, { filePath });
  if (!result.messages.some((message) => message.ruleId === rule)) {
    holes += 1;
    console.error(`${rule} does not report, in ${filePath}: ${code.slice(0, 80)}`);
  }
}
console.log(`${cases.length - holes} of ${cases.length} pieces of bad code were reported`);
process.exitCode = holes === 0 ? 0 : 1;
