/** Shows that the check of the reference's coverage can fail: each change of the page below must be noticed. */
import {
  complaintsAbout,
  complaintsAboutEntities,
  complaintsAboutNames,
  readRows,
} from "../coverage/reference-coverage.mjs";
import { readPage, readSources } from "../coverage/sources.mjs";

const banned = "ConnectReasonCode.Banned is 138 in CONNACK";

const changes = [
  ["a constant that does not exist", "`QoS.AtMostOnce`", "`QoS.AtMost`"],
  ["a type that is not exported", "`NegotiatedSettings.clientId`", "`EngineSettings.clientId`"],
  ["a method that does not exist", "`Mqtt5Client.publish`", "`Mqtt5Client.send`"],
  [
    "a value that an option does not take",
    '`ClientOptions.sessionBehavior: "clean"`',
    '`ClientOptions.resubscribe: "clean"`',
  ],
  ["what one platform alone has, without saying so", "`Mqtt5ClientOptions.tls` (Node)", "`Mqtt5ClientOptions.tls`"],
  ["another default", "120 000", "12 000"],
  ["a test that does not exist", banned, "ConnectReasonCode.Banned is known"],
  ["a number that is not in the table of a test", banned, "ConnectReasonCode.Banned is 1389 in CONNACK"],
  ["a title that only a bare template makes", banned, "whatever"],
  ["a row without a test", banned, "–"],
  ["a missing member", /^\| `maximum_qos` .*\n/m, ""],
  ["a missing class", /^## `PubackPacket`$[^#]*/m, ""],
  ["a member that the reference does not have", "| `rejoined_session` ", "| `rejoined` "],
];

const page = readPage("reference-coverage.md");
const sources = readSources();
const before = complaintsAbout(page, sources).length;
let holes = 0;
for (const [name, from, to] of changes) {
  const changed = page.replace(from, to);
  if (changed === page || complaintsAbout(changed, sources).length <= before) {
    holes += 1;
    console.error(`the check of the reference's coverage does not notice ${name}`);
  }
}

/** Our own names, and the reference's, in the page on moving over from it. */
const moving = readPage("migrating-from-awscrt.md");
const movingChanges = [
  ["`Mqtt5Client.publish`", "`Mqtt5Client.send`", (text) => complaintsAboutNames(text, sources)],
  ["| `retain_available` ", "| `retain` ", (text) => [...complaintsAboutEntities(readRows(text), sources.entities)]],
];
for (const [from, to, judge] of movingChanges) {
  if (judge(moving.replace(from, to)).length <= judge(moving).length) {
    holes += 1;
    console.error(`the check of the page on moving over does not notice ${to} in place of ${from}`);
  }
}
console.log(
  `${changes.length + movingChanges.length - holes} of ${changes.length + movingChanges.length} changes of the pages were noticed`,
);
process.exitCode = holes === 0 ? 0 : 1;
