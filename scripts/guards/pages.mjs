/**
 * Shows that the checks of the pages can fail: each line of the made-up pages below that ends in a comment must bring the
 * complaint in the comment, and no other line may bring one.
 */
import { architecturePage, architectureProblems } from "../lib/architecture.mjs";
import { linkProblems } from "../lib/links.mjs";

/** The files of a made-up project, by path, with their texts. */
const files = {
  "README.md": "",
  "docs/client.md": "",
  "packages/core/src/errors.ts": "export class MqttError {}",
  "packages/core/src/protocol/engine.ts": "export class Engine { start() {} #write() {} }",
};
const tree = {
  exists: (name) => Object.keys(files).some((file) => `${file}/`.startsWith(name.replace(/\/?$/, "/"))),
  read: (name) => files[name] ?? "",
};

const architecture = `# Architecture

The folder \`protocol/\` has \`protocol/engine.ts\`, which \`packages/core\` and \`docs/client.md\` know; see also \`errors.ts\`.
The text of a [link to \`engine.ts\`](packages/core/src/protocol/engine.ts) may be short.
Not paths: \`Engine\`, \`a > b\`, \`@mqtt5/core/adapter\`, \`packages/*/src\`.
A file that is gone: \`protocol/gone.ts\`. <!-- names protocol/gone.ts, which does not exist -->
A folder that is gone: \`gone/\`. <!-- names gone/, which does not exist -->
A file without its folder: \`engine.ts\`. <!-- names engine.ts, which does not exist -->

\`\`\`
\`protocol/gone.ts\`
\`\`\`

## Where is what

| what     | file                                             | name              |
| -------- | ------------------------------------------------ | ----------------- |
| starting | \`protocol/engine.ts\`                             | \`Engine.start()\`  |
| writing  | [engine](packages/core/src/protocol/engine.ts)   | \`#write\`          |
| errors   | \`errors.ts\`, \`protocol/engine.ts\`                | \`MqttError\`       |
| nothing  | \`errors.ts\`                                      |                   |
| stopping | \`protocol/engine.ts\` | \`Engine.stop\` | <!-- has Engine.stop, which does not stand in protocol/engine.ts -->
| part     | \`errors.ts\` | \`Mqtt\` | <!-- has Mqtt, which does not stand in errors.ts -->
| a folder | \`protocol/\` | \`Engine\` | <!-- has Engine, which does not stand in protocol/ -->
| no file  |  | \`Engine\` | <!-- has Engine, which does not stand in any file -->

| another table | name     |
| ------------- | -------- |
| is not read   | \`Nobody\` |
`;

const linkPage = "docs/links.md";
const links = `# Links

[a page](client.md), [part of it](client.md#start), [another](../README.md), [a folder](../packages/core),
[here](#links), [elsewhere](https://example.com/gone.md), ![a picture](<client.md>), \`[code](gone.md)\`.

[a page](gone.md) <!-- links to gone.md, which does not exist -->
[from the root](README.md) <!-- links to README.md, which does not exist -->
![a picture](../docs/gone.png) <!-- links to ../docs/gone.png, which does not exist -->
[\`code\`](../gone/#part) <!-- links to ../gone/#part, which does not exist -->

[definition]: gone.md <!-- links to gone.md, which does not exist -->
[good]: client.md

~~~md
[in code](gone.md)
~~~
`;

/** The complaints that the comments in a page ask for. */
const expectedIn = (page, text) =>
  text.split("\n").flatMap((line, index) => {
    const [, complaint] = /<!-- (.*) -->$/.exec(line) ?? [];
    return complaint === undefined ? [] : [`${page}:${index + 1} ${complaint}`];
  });

const noTable = `${architecturePage} has no table "Where is what" with the column "file"`;
const cases = [
  { expected: expectedIn(architecturePage, architecture), reported: architectureProblems(architecture, tree) },
  { expected: [noTable], reported: architectureProblems("# Architecture\n", tree) },
  { expected: expectedIn(linkPage, links), reported: linkProblems(linkPage, links, tree.exists) },
];

let holes = 0;
for (const { expected, reported } of cases) {
  const unnoticed = expected.filter((line) => !reported.includes(line)).map((line) => `not reported: ${line}`);
  const needless = reported.filter((line) => !expected.includes(line)).map((line) => `wrongly reported: ${line}`);
  [...unnoticed, ...needless].forEach((line) => console.error(line));
  holes += unnoticed.length + needless.length;
}
const count = cases.flatMap(({ expected }) => expected).length;
console.log(
  holes === 0
    ? `all ${count} mistakes in made-up pages were reported`
    : `${holes} mistakes in made-up pages were misjudged`,
);
process.exitCode = holes === 0 ? 0 : 1;
