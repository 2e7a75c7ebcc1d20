/** Shows that the check of the documentation's code can fail: each line of bad code must be reported, and none of good. */
import { errorsOf, snippetsOf } from "../lib/snippets.mjs";

const page = `# A page

\`\`\`ts
import { Mqtt5Client } from "@mqtt5/node";
const client = new Mqtt5Client({ url: "mqtt://a.example", keepalive: 5 });
client.on("message", () => undefined);
\`\`\`

<!-- given
import type { Mqtt5Client } from "@mqtt5/browser";
declare const client: Mqtt5Client;
-->

\`\`\`ts
await client.publish({ topic: "a", payload: "good" });
await client.publish({ topicName: "a" });
\`\`\`

\`\`\`js
not.ours();
\`\`\`
`;

const expected = ["page.md:5", "page.md:6", "page.md:16"];
const reported = errorsOf(snippetsOf("page.md", page)).map((error) => error.split(": ")[0]);
const isRight = JSON.stringify(reported) === JSON.stringify(expected);
console.log(isRight ? "bad code in documentation is reported" : `reported ${reported}, not ${expected}`);
process.exitCode = isRight ? 0 : 1;
