/**
 * Bundles the small application in `application/` against the installed tarballs, with each bundler as it comes: it is
 * told what to read and where to write. Rollup alone has to be given how to find packages, by its own two plugins. What
 * a bundler warns of is a failure. Tests load the bundles in a browser, and the size check weighs the client alone.
 */
import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import commonjs from "@rollup/plugin-commonjs";
import nodeResolve from "@rollup/plugin-node-resolve";
import esbuild from "esbuild";
import { rollup } from "rollup";
import { build as viteBuild, createLogger } from "vite";
import webpack from "webpack";
import { installTarballs } from "../lib/installation.mjs";
import { bundledFolder, installedFolder } from "../lib/packages.mjs";

const entry = (name) => path.join(installedFolder, name);

function fail(warning) {
  throw new Error(typeof warning === "string" ? warning : (warning.message ?? JSON.stringify(warning)));
}

async function bundleWithEsbuild(input, outfile, options = {}) {
  const { warnings } = await esbuild.build({ entryPoints: [input], bundle: true, outfile, ...options });
  warnings.forEach(fail);
}

async function bundleWithRollup(input, file) {
  const bundle = await rollup({ input, plugins: [nodeResolve({ browser: true }), commonjs()], onwarn: fail });
  await bundle.write({ file });
  await bundle.close();
}

async function bundleWithWebpack(input, file) {
  const output = { path: path.dirname(file), filename: path.basename(file) };
  const stats = await new Promise((resolve, reject) => {
    webpack({ mode: "production", entry: input, output, context: installedFolder }, (error, result) =>
      error === null ? resolve(result) : reject(error),
    );
  });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  [...errors, ...warnings].forEach(fail);
}

async function bundleWithVite(folder) {
  const customLogger = { ...createLogger("silent"), warn: fail, warnOnce: fail };
  await viteBuild({ root: installedFolder, configFile: false, customLogger });
  renameSync(entry("dist"), folder);
}

const bundlers = { esbuild: bundleWithEsbuild, rollup: bundleWithRollup, webpack: bundleWithWebpack };

for (const folder of [installedFolder, bundledFolder]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
(await installTarballs(installedFolder)).forEach(fail);
cpSync(path.join(import.meta.dirname, "application"), installedFolder, { recursive: true });
cpSync(path.join(import.meta.dirname, "consumer/exchange.mjs"), entry("exchange.mjs"));
for (const [name, bundle] of Object.entries(bundlers)) {
  const folder = path.join(bundledFolder, name);
  mkdirSync(folder);
  cpSync(entry("index.html"), path.join(folder, "index.html"));
  await bundle(entry("application.mjs"), path.join(folder, "application.mjs"));
}
await bundleWithVite(path.join(bundledFolder, "vite"));
const alone = path.join(bundledFolder, "client-alone.js");
await bundleWithEsbuild(entry("client-alone.mjs"), alone, { minify: true, format: "esm" });
