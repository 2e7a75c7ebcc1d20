/** The broker aedes for the time of a test, in a process of its own: it is an ES module, which Jest cannot load. */

import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import path from "node:path";
import type { TestBroker } from "./test-broker.js";

interface Ports extends Readonly<Record<string, number>> {
  readonly mqtt: number;
  readonly ws: number;
}

export class AedesBroker implements TestBroker {
  static async start(): Promise<AedesBroker> {
    const [username, password] = ["tester", randomBytes(12).toString("hex")];
    const child = fork(path.join(__dirname, "aedes-process.mjs"), {
      env: { ...process.env, TESTER_NAME: username, TESTER_PASSWORD: password },
      execArgv: [],
    });
    return new AedesBroker(child, { username, password, ports: (await answerOf(child)) as Ports });
  }

  readonly username: string;
  readonly password: string;
  readonly ports: Ports;
  readonly #process: ChildProcess;

  protected constructor(child: ChildProcess, access: Pick<TestBroker, "username" | "password"> & { ports: Ports }) {
    this.#process = child;
    this.username = access.username;
    this.password = access.password;
    this.ports = access.ports;
  }

  /** Sessions and retained messages go from the old broker to the new one, as from a disk. */
  async restart(): Promise<void> {
    const restarted = answerOf(this.#process);
    this.#process.send("restart");
    await restarted;
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.disconnect();
    await ended;
  }
}

/** What the process says next; rejects when it ends instead. */
async function answerOf(child: ChildProcess): Promise<unknown> {
  const answers: readonly unknown[] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(new Error("aedes ended"))),
  ]);
  return answers[0];
}
