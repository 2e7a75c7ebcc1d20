/** A transport of the application's own, which the client does not ship: the pipes of a program that reaches the broker. */

import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makeCertificates } from "../../core/test/integration/certificates.js";
import { Inbox, next } from "../../core/test/integration/inbox.js";
import { findMosquitto, Mosquitto } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { Mqtt5Client, type Mqtt5ClientOptions, type ServerUrl, type TransportHandlers } from "../src/index.js";

/** As `ssh -W` does, it joins its standard streams with a connection to the broker. */
const joiner = `
  const socket = require("node:net").connect(Number(process.argv[1]), "127.0.0.1");
  process.stdin.pipe(socket).pipe(process.stdout);
`;

const program = findMosquitto();
const isThere = needProgram(program, "mosquitto", "MOSQUITTO_PATH");

let broker: Mosquitto | undefined;

beforeAll(async () => {
  if (program !== undefined) {
    broker = await Mosquitto.start(program, await makeCertificates());
  }
});

afterAll(async () => broker?.stop());

/** Starts the program for each attempt; `children` and `servers` are what came of the attempts. */
function overProgram(port: number, children: ChildProcess[], servers: ServerUrl[]) {
  return (handlers: TransportHandlers, server: ServerUrl): ReturnType<NonNullable<Mqtt5ClientOptions["transport"]>> => {
    const child = spawn(process.execPath, ["-e", joiner, String(port)], { stdio: ["pipe", "pipe", "inherit"] });
    children.push(child);
    servers.push(server);
    child.once("spawn", () => handlers.opened());
    child.stdout.on("data", (chunk: Buffer) => handlers.received(chunk));
    child.stdin.on("error", () => undefined);
    child.once("close", () => handlers.closed());
    return {
      write: (chunks) => {
        chunks.forEach((chunk) => child.stdin.write(chunk));
        return true;
      },
      close: () => child.stdin.end(),
      abort: () => child.kill(),
    };
  };
}

(isThere ? describe : describe.skip)("the option transport", () => {
  test("carries the client to a broker, with a scheme of its own, and again after it broke", async () => {
    const { username = "", password = "", ports } = broker ?? {};
    const children: ChildProcess[] = [];
    const servers: ServerUrl[] = [];
    const { client, finish } = trackClient(
      new Mqtt5Client({
        url: "program://joiner:7/broker",
        transport: overProgram(ports?.mqtt ?? 0, children, servers),
        connectOptions: { username, password },
        minReconnectDelayMs: 1,
      }),
    );
    const inbox = new Inbox(client);
    client.start();
    await client.subscribe({ topicFilter: "own", qos: 2 });
    const payload = new Uint8Array(300_000).map((_, index) => index % 251);
    await client.publish({ topic: "own", payload, qos: 2 });
    expect(Buffer.compare((await inbox.first()).payload, payload)).toBe(0);
    const lost = next(client, "disconnection");
    children[0]?.kill();
    await lost;
    await client.publish({ topic: "own", payload: "again", qos: 2 });
    expect((await inbox.take(2))[1]?.text()).toBe("again");
    await finish();
    expect(servers).toMatchObject([
      { scheme: "program", host: "joiner", port: 7, path: "/broker" },
      { scheme: "program" },
    ]);
  });
});
