/** Has Node run TypeScript from the sources: an import of `x.js` finds `x.ts`, and the types are taken away. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "@swc/core";

const isTypeScript = (url) => url?.endsWith(".ts") === true;

export function resolve(specifier, context, next) {
  const isSource = specifier.startsWith(".") && isTypeScript(context.parentURL);
  return next(isSource ? specifier.replace(/\.js$/, ".ts") : specifier, context);
}

export async function load(url, context, next) {
  if (!isTypeScript(url)) {
    return next(url, context);
  }
  const jsc = { target: "es2022", parser: { syntax: "typescript" }, transform: { verbatimModuleSyntax: true } };
  const { code } = await transform(await readFile(fileURLToPath(url), "utf8"), { jsc, swcrc: false });
  return { format: "module", source: code, shortCircuit: true };
}
