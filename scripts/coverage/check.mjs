/**
 * Keeps `docs/reference-coverage.md` true: nothing of the reference may be missing in it, and every name of ours, every
 * default and every test that it mentions has to exist. The pages on moving over may name nothing that is not public, and
 * the one for the reference itself leaves nothing out.
 */
import { complaintsAbout, complaintsAboutEntities, complaintsAboutNames, readRows } from "./reference-coverage.mjs";
import { readPage, readSources } from "./sources.mjs";

const sources = readSources();
const coverage = readPage("reference-coverage.md");
const fromReference = readPage("migrating-from-awscrt.md");

const complaints = {
  "reference-coverage.md": complaintsAbout(coverage, sources),
  "migrating-from-awscrt.md": [
    ...complaintsAboutEntities(readRows(fromReference), sources.entities),
    ...complaintsAboutNames(fromReference, sources),
  ],
  "migrating-from-aws-crt-js.md": complaintsAboutNames(readPage("migrating-from-aws-crt-js.md"), sources),
  "migrating-from-mqttjs.md": complaintsAboutNames(readPage("migrating-from-mqttjs.md"), sources),
};
for (const [page, found] of Object.entries(complaints)) {
  found.forEach((complaint) => console.error(`docs/${page} ${complaint}`));
}
const count = Object.values(complaints).flat().length;
console.log(`${readRows(coverage).length} names of the reference, ${count} complaints`);
process.exitCode = count === 0 ? 0 : 1;
