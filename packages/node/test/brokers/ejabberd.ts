/**
 * An ejabberd of its own for the time of a test, MQTT 5 over TCP and WebSocket. It is started by Erlang itself: its
 * start script would change the user, need a node name, and leave the daemon that knows the names of nodes behind.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { endProcess } from "../../../core/test/integration/end-process.js";
import { findProgram } from "../../../core/test/integration/find-program.js";
import { freePorts } from "../../../core/test/integration/free-ports.js";
import type { TestBroker } from "./test-broker.js";

const transports = ["mqtt", "ws"] as const;

/** Where ejabberd's start script is; undefined where there is none. */
export function findEjabberd(): string | undefined {
  return findProgram("ejabberdctl", "EJABBERDCTL_PATH");
}

/** Registers the user, who is there already after a restart; `-eval` waits for `-s ejabberd`. */
const whenStarted = `
  ejabberd_auth:try_register(<<"tester">>, <<"localhost">>, list_to_binary(os:getenv("TESTER_PASSWORD"))),
  io:format("ready~n").`;

export class Ejabberd implements TestBroker {
  static async start(script: string): Promise<Ejabberd> {
    const broker = new Ejabberd(script, await freePorts(transports));
    writeFileSync(broker.#file("ejabberd.yml"), broker.#configure());
    await broker.#spawn();
    return broker;
  }

  /** With its domain, without which it takes the name for a domain. */
  readonly username: string = "tester@localhost";
  readonly password: string = randomBytes(12).toString("hex");
  readonly ports: Readonly<Record<(typeof transports)[number], number>>;

  readonly #script: string;
  readonly #folder: string = mkdtempSync(path.join(tmpdir(), "mqtt5-ejabberd-"));
  #process: ChildProcess | undefined;

  protected constructor(script: string, ports: Readonly<Record<(typeof transports)[number], number>>) {
    this.#script = script;
    this.ports = ports;
  }

  /** What it keeps on disk, which is retained messages and no sessions, is there again. */
  async restart(): Promise<void> {
    await this.#end();
    await this.#spawn();
  }

  async stop(): Promise<void> {
    await this.#end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #file(name: string): string {
    return path.join(this.#folder, name);
  }

  /** YAML takes JSON. By default its queues are limited to 1 000 messages, and a client with more is disconnected. */
  #configure(): string {
    const { mqtt, ws } = this.ports;
    const ip = "127.0.0.1";
    return JSON.stringify({
      loglevel: "error",
      hosts: ["localhost"],
      auth_method: "internal",
      listen: [
        { ip, port: mqtt, module: "mod_mqtt" },
        { ip, port: ws, module: "ejabberd_http", request_handlers: { "/": "mod_mqtt" } },
      ],
      modules: { mod_mqtt: { max_queue: "unlimited" } },
    });
  }

  async #spawn(): Promise<void> {
    const { program, libraries } = readScript(this.#script);
    const child = spawn(
      program,
      ["-noinput", "-mnesia", "dir", `"${this.#file("db")}"`, "-s", "ejabberd", "-eval", whenStarted],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          HOME: this.#folder,
          ERL_LIBS: libraries,
          ERL_CRASH_DUMP_BYTES: "0",
          EJABBERD_CONFIG_PATH: this.#file("ejabberd.yml"),
          EJABBERD_LOG_PATH: this.#file("ejabberd.log"),
          TESTER_PASSWORD: this.password,
        },
      },
    );
    this.#process = child;
    const seen: string[] = [];
    // Erlang's parts say goodbye there even when it is stopped in order.
    child.stderr.on("data", (chunk: Buffer) => void seen.push(chunk.toString()));
    for await (const line of createInterface(child.stdout)) {
      seen.push(line);
      if (line === "ready") {
        child.stdout.resume();
        return;
      }
    }
    throw new Error(`ejabberd did not start:\n${seen.join("\n")}`);
  }

  async #end(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    await endProcess(child);
  }
}

/** Every packaging of ejabberd writes into its start script where Erlang and the libraries are. */
function readScript(script: string): { readonly program: string; readonly libraries: string } {
  const text = readFileSync(script, "utf8");
  const valueOf = (name: string): string | undefined => new RegExp(`^${name}=["'](.+)["']$`, "m").exec(text)?.[1];
  return { program: valueOf("ERL") ?? "erl", libraries: valueOf("ERL_LIBS") ?? "" };
}
