/**
 * Checks what is inside the packed files: every source map carries its sources (`src` is not published, so a map
 * without them leads nowhere); the licence of each package of others whose code a file contains lies beside it, and the
 * banner of the file says so; and no browser file contains code of `ws`, which stands in for a browser's own class only
 * in Node. Neither does an application that a bundler made of them.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { bundledFolder, packageNames, packedFolder } from "../lib/packages.mjs";

/** Strings of the source of `ws` that no minifier removes. */
const marksOfWs = [
  "sec-websocket-extensions",
  "permessage-deflate",
  "Sec-WebSocket-Version",
  "258EAFA5-E914-47DA-95CA",
];

const noticesFile = "mqtt5.LICENSE.txt";

const complaints = [];

function filesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .map((file) => path.join(folder, file))
    .filter((file) => /\.(js|cjs|mjs)$/.test(file));
}

function checkMap(file) {
  if (!existsSync(`${file}.map`)) {
    complaints.push(`${file} has no source map`);
    return;
  }
  const { sources, sourcesContent = [] } = JSON.parse(readFileSync(`${file}.map`, "utf8"));
  for (const [index, source] of sources.entries()) {
    if (typeof sourcesContent[index] !== "string" || sourcesContent[index] === "") {
      complaints.push(`${file}.map lacks the text of ${source}`);
    }
    if (path.isAbsolute(source)) {
      complaints.push(`${file}.map names a path of the machine it was built on: ${source}`);
    }
  }
}

/** The map tells whose code is in a file. */
function checkNotices(file) {
  const { sources } = JSON.parse(readFileSync(`${file}.map`, "utf8"));
  const others = sources.map((source) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1]).filter(Boolean);
  const notices = path.join(path.dirname(file), noticesFile);
  const text = existsSync(notices) ? readFileSync(notices, "utf8") : "";
  for (const name of new Set(others)) {
    if (!text.includes(`${name}\n\nThe MIT License`)) {
      complaints.push(`${file} contains ${name}, whose licence is not in ${notices}`);
    }
  }
  const [banner] = /^\/\*![^]*?\*\//.exec(readFileSync(file, "utf8")) ?? [""];
  if (others.length > 0 && !banner.includes(noticesFile)) {
    complaints.push(`${file} has no banner that names ${noticesFile}`);
  }
}

function checkForWs(file) {
  const text = readFileSync(file, "utf8").toLowerCase();
  for (const mark of marksOfWs.filter((it) => text.includes(it.toLowerCase()))) {
    complaints.push(`${file} contains code of ws: ${mark}`);
  }
}

for (const name of packageNames) {
  for (const file of filesIn(path.join(packedFolder(name), "dist"))) {
    checkMap(file);
    checkNotices(file);
    if (name === "browser") {
      checkForWs(file);
    }
  }
}
filesIn(bundledFolder).forEach(checkForWs);
for (const complaint of complaints) {
  console.error(complaint);
}
process.exitCode = complaints.length === 0 ? 0 : 1;
