/**
 * One Jest project per package, and one per example that has tests. SWC strips the types (it does not check them: `pnpm run check:types` does) and turns the
 * tests into CommonJS, so that no flag of Node's is needed. Packages find each other's sources, never a build.
 */
import type { Config } from "jest";

const root = process.cwd();

type Project = Exclude<NonNullable<Config["projects"]>[number], string>;

const project = (folder: string): Project => ({
  displayName: folder.replace(/^.*\//, ""),
  rootDir: `${root}/${folder}`,
  testEnvironment: "node",
  testMatch: ["<rootDir>/src/**/*.spec.ts", "<rootDir>/test/**/*.spec.ts"],
  moduleNameMapper: {
    "^@mqtt5/(core|node|browser)$": `${root}/packages/$1/src/index.ts`,
    "^@mqtt5/core/adapter$": `${root}/packages/core/src/adapter.ts`,
    "^@mqtt5/core/(authentication|testing)$": `${root}/packages/core/src/$1/index.ts`,
    "^(\\.{1,2}/.*)\\.js$": "$1",
  },
  transform: {
    "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } }, sourceMaps: "inline" }],
  },
});

const config: Config = {
  projects: ["packages/core", "packages/node", "packages/browser", "examples/aws-iot"].map(project),
};

export default config;
