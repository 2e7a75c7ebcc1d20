/** A process with a small heap: what a server sends does not end it. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { end, listen } from "./support/local-servers.js";

const run = promisify(execFile);

const packages = path.join(__dirname, "../..");
let folder = "";
let program = "";

/** Makes one file of the program and the client, from the sources. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "small-heap-"));
  program = path.join(folder, "client.cjs");
  await run(require.resolve("esbuild/bin/esbuild"), [
    path.join(__dirname, "support/small-heap-client.ts"),
    `--outfile=${program}`,
    "--bundle",
    "--platform=node",
    `--alias:@mqtt5/core/adapter=${packages}/core/src/adapter.ts`,
    `--alias:@mqtt5/core=${packages}/core/src/index.ts`,
    "--log-level=error",
  ]);
});

afterAll(() => rm(folder, { recursive: true }));

function variableByteInteger(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...variableByteInteger(Math.floor(value / 128))];
}

/** A PUBLISH at QoS 0 with this many empty user properties, and no payload. */
function flooded(topic: string, count: number): Buffer {
  const properties = Buffer.alloc(count * 5, Buffer.of(0x26, 0, 0, 0, 0));
  const head = [0, topic.length, ...Buffer.from(topic), ...variableByteInteger(properties.length)];
  return Buffer.concat([Buffer.of(0x30, ...variableByteInteger(head.length + properties.length), ...head), properties]);
}

/** A server that accepts, and then sends these bytes to everybody. */
function serverOf(bytes: () => readonly Buffer[]): Server {
  const accepted = Uint8Array.of(0x20, 3, 0, 0, 0);
  return createServer((socket: Socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write(accepted);
      bytes().forEach((packet) => socket.write(packet));
    });
  });
}

test("64 MiB of user properties are delivered within 512 MiB; what is too much to build is an error", async () => {
  const server = serverOf(() => [
    flooded("first", 0),
    flooded("many", 13_421_772),
    flooded("some", 838_860),
    flooded("last", 0),
  ]);
  const url = `mqtt://127.0.0.1:${String(await listen(server))}`;
  const { stdout } = await run(process.execPath, ["--max-old-space-size=512", program, url]);
  await end(server);
  const { seen, figures } = JSON.parse(stdout) as { seen: unknown; figures: unknown };
  expect(seen).toEqual([
    ["first", 0],
    ["many", "RangeError"],
    ["some", 838_860],
    ["last", 0],
  ]);
  process.stdout.write(`64 MiB of user properties: ${JSON.stringify(figures)}\n`);
}, 60_000);
