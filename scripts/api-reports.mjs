/**
 * Keeps the API reports: one file per entry, `packages/<name>/api/<entry>.api.md`, that lists all that is public. A
 * change of the public face so shows in a diff and is looked at. Without an argument a report that is out of date is
 * an error; with `--write` the reports are brought up to date.
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { entries, root } from "./lib/packages.mjs";

const write = process.argv.includes("--write");
/** A consumer's settings; under the packages' own ones the types would be read from the sources. */
const compilerOptions = {
  target: "ES2022",
  lib: ["ES2022", "ESNext.Disposable", "DOM"],
  types: [],
  module: "ESNext",
  moduleResolution: "Bundler",
  strict: true,
  skipLibCheck: true,
};

const silent = { logLevel: ExtractorLogLevel.None };

function configurationOf(name, entry) {
  const folder = path.join(root, "packages", name);
  const reportFolder = path.join(folder, "api");
  const entryFile = path.join(folder, "dist", `${entry}.d.ts`);
  const temporary = path.join(root, ".cache", "api", name);
  mkdirSync(reportFolder, { recursive: true });
  mkdirSync(temporary, { recursive: true });
  return ExtractorConfig.prepare({
    packageJsonFullPath: path.join(folder, "package.json"),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: entryFile,
      newlineKind: "lf",
      compiler: { overrideTsconfig: { compilerOptions, files: [entryFile] } },
      apiReport: {
        enabled: true,
        reportFileName: `${entry}.api.md`,
        reportFolder,
        reportTempFolder: temporary,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: "error" } },
        extractorMessageReporting: {
          default: { logLevel: "error" },
          "ae-missing-release-tag": silent,
          "ae-undocumented": silent,
          "ae-forgotten-export": { logLevel: "warning", addToApiReportFile: true },
          "ae-unresolved-link": { logLevel: "warning", addToApiReportFile: true },
        },
        tsdocMessageReporting: { default: silent },
      },
    },
  });
}

const reports = Object.entries(entries).flatMap(([name, files]) => Object.keys(files).map((entry) => [name, entry]));

for (const [name, entry] of reports) {
  const complaints = [];
  const result = Extractor.invoke(configurationOf(name, entry), {
    localBuild: write,
    messageCallback(message) {
      message.handled = true;
      if (message.logLevel === ExtractorLogLevel.Error) {
        complaints.push(message.text);
      }
    },
  });
  if (write && result.apiReportChanged) {
    console.log(`packages/${name}/api/${entry}.api.md was brought up to date`);
  }
  if (!write && result.apiReportChanged) {
    complaints.push("is out of date; run `pnpm api:update` and look at the difference");
  }
  for (const complaint of complaints) {
    console.error(`packages/${name}/api/${entry}.api.md: ${complaint}`);
    process.exitCode = 1;
  }
}
