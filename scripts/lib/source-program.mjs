/** The sources of a package as the compiler sees them, under the package's own settings. */
import path from "node:path";
import ts from "typescript";
import { root } from "./packages.mjs";

/**
 * A program of `files` of a package (of all its sources, unless they are given) with all that they import and what is
 * global there. `texts` adds files that exist in memory only, by path; `options` change the package's settings.
 */
export function sourceProgram(packageName, { files, texts = new Map(), options = {} }) {
  const tsconfig = path.join(root, "packages", packageName, "tsconfig.json");
  const config = ts.getParsedCommandLineOfConfigFile(tsconfig, options, ts.sys);
  const host = ts.createCompilerHost(config.options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.getSourceFile = (file, ...rest) =>
    texts.has(file) ? ts.createSourceFile(file, texts.get(file), ...rest) : getSourceFile(file, ...rest);
  const globals = config.fileNames.filter((file) => file.endsWith(".d.ts"));
  const sources = files === undefined ? config.fileNames : [...files, ...globals];
  return ts.createProgram([...sources, ...texts.keys()], config.options, host);
}

/** What a file of a program exports: by its name there, the symbol as it is where it is declared. */
export function exportsOf(program, file) {
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)));
  const declared = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
  return new Map(exported.map((symbol) => [symbol.name, declared(symbol)]));
}
