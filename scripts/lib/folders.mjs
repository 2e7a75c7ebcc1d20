/** The rules about folders: how many sources one may hold, and which ones the folder of packets holds. */
import path from "node:path";

/** The most sources that a folder may hold. A reader takes in no more names at a glance. */
export const mostSources = 15;

export const packetsFolder = "packages/core/src/codec/packets";

/** The control packets of MQTT 5 (section 2.1.2). */
const packetNames = [
  ...["connect", "connack", "publish", "puback", "pubrec", "pubrel", "pubcomp", "subscribe", "suback"],
  ...["unsubscribe", "unsuback", "pingreq", "pingresp", "disconnect", "auth"],
];

/** The folder of packets holds these, and one folder for what several of them share. */
export const packetFiles = packetNames.map((name) => `${packetsFolder}/${name}.ts`);
const layoutsFolder = `${packetsFolder}/layouts`;

const isSource = (file) => /\.tsx?$/.test(file) && !file.includes(".spec.");

function problemsOfSize(sources) {
  const folders = sources.map((file) => path.posix.dirname(file));
  return [...new Set(folders)]
    .map((folder) => ({ folder, count: folders.filter((it) => it === folder).length }))
    .filter(({ count }) => count > mostSources)
    .map(({ folder, count }) => `${folder} holds ${count} sources; at most ${mostSources} are allowed`);
}

function problemsOfPackets(sources) {
  const present = sources.filter(
    (file) => file.startsWith(`${packetsFolder}/`) && path.posix.dirname(file) !== layoutsFolder,
  );
  const missing = packetFiles.filter((file) => !present.includes(file));
  const others = present.filter((file) => !packetFiles.includes(file));
  return [
    ...missing.map((file) => `${file} is missing; each packet has a file of its own`),
    ...others.map((file) => `${file} is not the file of a packet; what packets share stands in ${layoutsFolder}`),
  ];
}

/** All problems, as lines. `files` are the paths below the `src` of every package, relative to the root. */
export function folderProblems(files) {
  const sources = files.filter(isSource);
  return [...problemsOfSize(sources), ...problemsOfPackets(sources)];
}
