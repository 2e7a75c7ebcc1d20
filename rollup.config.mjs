/**
 * Builds every package: ESM and CommonJS with types for both, and for the browser also two minified single files.
 *
 * All entries of a package come out of one run, JavaScript and types alike. A run per entry would put a copy of every
 * shared class into each of them: two `MqttError`s that are not instances of each other.
 */
import { readFileSync } from "node:fs";
import commonjs from "@rollup/plugin-commonjs";
import resolve from "@rollup/plugin-node-resolve";
import typescript from "@rollup/plugin-typescript";
import * as swc from "@swc/core";
import * as esbuild from "esbuild";
import dts from "rollup-plugin-dts";
import { internalNames } from "./scripts/lib/internal-names.mjs";
import { entries, packageNames } from "./scripts/lib/packages.mjs";

const sourceCondition = "@mqtt5/source";

/** A warning of Rollup's means that the output is not what the sources say, so it ends the build. */
const strict = {
  onwarn(warning) {
    throw new Error(`${warning.code ?? "WARNING"}: ${warning.message}`);
  },
};

const manifest = (name) => JSON.parse(readFileSync(`packages/${name}/package.json`, "utf8"));

/** What an installed package finds beside it: its dependencies with their subpaths, and Node's own modules. */
function externals(name) {
  const dependencies = Object.keys(manifest(name).dependencies);
  return (id) => id.startsWith("node:") || dependencies.some((it) => id === it || id.startsWith(`${it}/`));
}

function inputs(name) {
  return Object.fromEntries(
    Object.entries(entries[name]).map(([entry, source]) => [entry, `packages/${name}/src/${source}.ts`]),
  );
}

/**
 * Only takes the types away: `pnpm check:types` is what checks them, once and not for each output. Without
 * `inlineSources` the source maps would be empty.
 */
function stripTypes(name) {
  return typescript({
    tsconfig: `packages/${name}/tsconfig.json`,
    outputToFilesystem: false,
    noEmitOnError: true,
    compilerOptions: {
      noEmit: false,
      declaration: false,
      isolatedDeclarations: false,
      sourceMap: true,
      inlineSources: true,
      noCheck: true,
    },
  });
}

/** Where files go: entries by name, shared chunks beside them in a folder, with names that stay the same. */
const files = (name, extension) => ({
  dir: `packages/${name}/dist`,
  entryFileNames: `[name].${extension}`,
  chunkFileNames: `shared/[name].${extension}`,
  minifyInternalExports: false,
  experimentalMinChunkSize: 0,
});

const modules = (name) => ({
  ...strict,
  preserveEntrySignatures: "strict",
  input: inputs(name),
  external: externals(name),
  plugins: [stripTypes(name)],
  output: [
    { ...files(name, "js"), format: "es", sourcemap: true },
    { ...files(name, "cjs"), format: "cjs", sourcemap: true, interop: "auto", externalLiveBindings: false },
  ],
});

/**
 * The types name `Symbol.asyncDispose`, and those for Node its modules; a consumer gets their declarations along, whatever
 * `lib` and `types` its own project has. TypeScript 6 looks into no `@types` by itself.
 */
const declarations = (name) => ({
  format: "es",
  banner: `/// <reference lib="esnext.disposable" />${name === "node" ? '\n/// <reference types="node" />' : ""}`,
});

const types = (name) => ({
  ...strict,
  preserveEntrySignatures: "strict",
  input: inputs(name),
  external: externals(name),
  plugins: [dts({ tsconfig: `packages/${name}/tsconfig.json` })],
  output: [
    { ...files(name, "d.ts"), ...declarations(name) },
    { ...files(name, "d.cts"), ...declarations(name) },
  ],
});

/** The packages of others whose code the single files contain, each with where it is installed. */
const contained = {
  eventemitter3: "packages/core/node_modules/eventemitter3",
  "isomorphic-ws": "packages/browser/node_modules/isomorphic-ws",
};

const noticesFile = "mqtt5.LICENSE.txt";

/** The licence line that the single files carry. */
const banner = () =>
  `/*! @mqtt5/browser ${manifest("browser").version}, Apache-2.0, with parts under MIT: ${noticesFile} */`;

/** Puts the licences of those packages, which have to go with every copy, beside the single files. */
const notices = {
  name: "notices",
  generateBundle() {
    const texts = Object.entries(contained).map(
      ([name, folder]) => `${name}\n\n${readFileSync(`${folder}/LICENSE`, "utf8").trim()}\n`,
    );
    this.emitFile({ type: "asset", fileName: noticesFile, source: texts.join("\n---\n\n") });
  },
};

let internalMembers;

/** Matches the members that only the library itself uses. Built once, when the types of the packages are there. */
function matchInternalMembers() {
  internalMembers ??= new RegExp(`^(${internalNames(Object.values(contained)).join("|").replaceAll("$", "\\$")})$`);
  return internalMembers;
}

/** The minifiers that a single file goes through. */
const minify = [
  {
    // Gives the private names of each class the same few letters, so that the file compresses better, and short ones to
    // members that only the library itself uses.
    name: "esbuild",
    async renderChunk(text) {
      const { code, map } = await esbuild.transform(text, {
        minify: true,
        mangleProps: matchInternalMembers(),
        target: "es2022",
        sourcemap: "external",
      });
      return { code, map };
    },
  },
  {
    // Finds shorter code than esbuild does. The banner follows: a minifier may put a statement before a comment.
    name: "swc",
    async renderChunk(text, _chunk, { format }) {
      const { code, map } = await swc.minify(text, {
        module: format === "es",
        compress: { ecma: 2022, passes: 3 },
        mangle: true,
        format: { comments: "some" },
        sourceMap: true,
      });
      const { mappings, ...fields } = JSON.parse(map);
      return { code: `${banner()}\n${code}`, map: { ...fields, mappings: `;${mappings}` } };
    },
  },
];

const minified = { sourcemap: true, plugins: [...minify, notices] };

/** Everything in one file, for a script tag (global `mqtt5`) and for `<script type="module">` without an import map. */
const singleFiles = {
  ...strict,
  input: "packages/browser/src/index.ts",
  plugins: [
    resolve({ browser: true, exportConditions: [sourceCondition] }),
    commonjs({ strictRequires: false, defaultIsModuleExports: true }),
    stripTypes("browser"),
  ],
  output: [
    { ...minified, file: "packages/browser/dist/mqtt5.iife.min.js", format: "iife", name: "mqtt5" },
    { ...minified, file: "packages/browser/dist/mqtt5.esm.min.js", format: "es" },
  ],
};

export default [...packageNames.flatMap((name) => [modules(name), types(name)]), singleFiles];
