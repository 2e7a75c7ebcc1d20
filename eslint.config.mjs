/**
 * Lint: the typed rules of typescript-eslint in their strict form, and the rules that this project sets itself
 * (CONTRIBUTING.md says why). There are no warnings; what is not worth an error is not here.
 */
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
import { project } from "./scripts/lint/rules.mjs";

const sources = ["packages/*/src/**/*.ts"];
const tests = ["{packages,examples}/*/{src/**/*.spec,test/**/*,e2e/**/*}.ts"];
const coreSources = ["packages/core/src/**/*.ts", "packages/core/test/**/*.ts"];
const coreTests = ["packages/core/src/**/*.spec.ts", "packages/core/test/**/*.ts"];
const entries = [
  "packages/*/src/index.ts",
  "packages/*/src/authentication.ts",
  "packages/core/src/adapter.ts",
  "packages/core/src/{authentication,testing}/index.ts",
];

const forbid = (selector, message) => ({ selector, message });

const readonly = (...names) => Object.fromEntries(names.map((name) => [name, "readonly"]));

/** What scripts find without an import, in Node, and in a page. */
const timerGlobals = ["setTimeout", "clearTimeout", "setInterval", "clearInterval"];
const nodeGlobals = readonly("process", "console", "Buffer", "URL", "performance", "fetch", ...timerGlobals);
const pageGlobals = readonly(
  ...["window", "document", "crypto", "addEventListener", "matchMedia", "requestAnimationFrame"],
  ...["CustomEvent", "EventTarget", "ResizeObserver", "TextDecoder"],
  ...["console", "URL", "performance", "fetch"],
  ...timerGlobals,
);

/** Syntax that no TypeScript file uses. */
const syntaxOfAll = [
  forbid("ExportAllDeclaration", "Name what is exported: `export *` makes the public face an accident."),
  forbid("TSEnumDeclaration", "Use an `as const` object and a type of the same name."),
  forbid("MethodDefinition[accessibility='private'], PropertyDefinition[accessibility='private']", "Use `#private`."),
];

const noDefaultExport = forbid("ExportDefaultDeclaration", "Export by name; a default has no name to search for.");

/** What would let a suite pass without having shown anything. */
const syntaxOfSuites = [
  forbid(
    "Property[key.name=/^(retry|retries|retryTimes|forceExit|passWithNoTests)$/]",
    "A suite passes at the first run, ends by itself, and contains tests.",
  ),
  forbid("Literal[value=/^--(retries|forceExit|passWithNoTests)/]", "A suite passes at once and ends by itself."),
  forbid("MemberExpression[property.name='retryTimes']", "A test that passes the second time has failed."),
  forbid("MemberExpression[object.name=/^(test|it|describe)$/][property.name='only']", "Would leave out all others."),
  forbid("CallExpression[callee.name=/^(fit|fdescribe)$/]", "Would leave out all others."),
];

/** Core has no time of its own, so its tests need neither real timers nor faked ones: they pass the time along. */
const timersOfSuites = [
  forbid(
    "MemberExpression[object.name='jest'][property.name=/^(useFakeTimers|advanceTimers.*|run.*Timers.*|setTimeout)$/]",
    "Core's tests hand in the time; nothing waits and nothing is faked.",
  ),
];

const ports = [
  forbid(
    "Program > :not(ImportDeclaration, ExportNamedDeclaration), ExportNamedDeclaration > :matches(VariableDeclaration, FunctionDeclaration, ClassDeclaration)",
    "A port is an interface; it holds no code.",
  ),
  forbid("ImportDeclaration[importKind='value']", "A port imports types only."),
];

const timersAndChance = {
  "no-restricted-globals": [
    "error",
    ...["Date", "performance", "setTimeout", "setInterval", "setImmediate", "queueMicrotask"].map((name) => ({
      name,
      message: "Time is an argument in core; see the port `Clock`.",
    })),
  ],
  "no-restricted-properties": [
    "error",
    { object: "Math", property: "random", message: "Randomness is an argument in core; see the port `Random`." },
    { object: "crypto", property: "getRandomValues", message: "Randomness is an argument in core." },
    { object: "process", property: "nextTick", message: "Core schedules nothing by itself." },
    { object: "globalThis", property: "setTimeout", message: "Time is an argument in core." },
  ],
  "no-restricted-imports": [
    "error",
    { patterns: [{ group: ["node:timers", "node:timers/*", "timers", "timers/*"], message: "No timers in core." }] },
  ],
};

export default defineConfig(
  {
    ignores: [
      "**/node_modules/",
      "**/dist/",
      ".cache/",
      "**/test-results/",
      "**/playwright-report/",
      "scripts/packages/consumer/",
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["**/*.{js,mjs,cjs}"],
    languageOptions: { globals: nodeGlobals },
    rules: { "no-restricted-syntax": ["error", ...syntaxOfSuites], curly: "error", eqeqeq: "error" },
  },
  { files: ["examples/*/page/**/*.js"], languageOptions: { globals: pageGlobals } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { project },
    languageOptions: {
      parserOptions: {
        project: [
          "packages/*/tsconfig{,.spec}.json",
          "examples/*/tsconfig{,.spec,.page}.json",
          "benchmarks/tsconfig.json",
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
      "@typescript-eslint/consistent-type-exports": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      "@typescript-eslint/no-inferrable-types": "off",
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { allowDefaultCaseForExhaustiveSwitch: false, requireDefaultForNonUnion: true },
      ],
      curly: "error",
      eqeqeq: "error",
      "no-console": "error",
      "max-params": "off",
      "@typescript-eslint/max-params": ["error", { max: 4 }],
      "no-restricted-syntax": ["error", ...syntaxOfAll, noDefaultExport],
      "project/kebab-case-file": "error",
    },
  },
  {
    files: sources,
    ignores: tests,
    linterOptions: { noInlineConfig: true },
    rules: {
      "max-lines": ["error", { max: 400 }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: sources, ignores: [...entries, ...tests], rules: { "project/no-barrel": "error" } },
  // The integration scenarios run real clients against real brokers, for the packages of the platforms.
  { files: coreSources, ignores: ["packages/core/test/integration/**"], rules: timersAndChance },
  {
    files: ["packages/core/src/ports/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...syntaxOfAll, noDefaultExport, ...ports] },
  },
  {
    files: tests,
    rules: {
      "@typescript-eslint/consistent-type-assertions": "off",
      "@typescript-eslint/no-empty-function": "off",
      "no-restricted-syntax": ["error", ...syntaxOfAll, noDefaultExport, ...syntaxOfSuites],
    },
  },
  {
    files: coreTests,
    rules: {
      "no-restricted-syntax": ["error", ...syntaxOfAll, noDefaultExport, ...syntaxOfSuites, ...timersOfSuites],
    },
  },
  {
    files: ["packages/*/src/platform/to-platform-bytes.ts"],
    rules: { "@typescript-eslint/consistent-type-assertions": "off" },
  },
  {
    files: ["**/*.config.ts", "packages/browser/types/*.d.ts"],
    rules: { "no-restricted-syntax": ["error", ...syntaxOfAll, ...syntaxOfSuites] },
  },
  { files: ["benchmarks/**/*.ts", "examples/**/*.ts"], rules: { "no-console": "off" } },
  // An example shows what it is about, and takes the answers of its own server for what they are.
  { files: ["examples/*/page/**/*.ts"], rules: { "@typescript-eslint/consistent-type-assertions": "off" } },
  { files: ["jest.config.ts"], extends: [tseslint.configs.disableTypeChecked] },
);
