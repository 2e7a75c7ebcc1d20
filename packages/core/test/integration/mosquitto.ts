/**
 * A mosquitto of its own for the time of a test: on every transport at once, on free ports, with a user and a password
 * that nobody else knows, because Debian's version opens its WebSocket ports to every interface.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { pbkdf2Sync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { BrokerHeartbeat } from "./broker-heartbeat.js";
import type { TestCertificates } from "./certificates.js";
import { endProcess } from "./end-process.js";
import { findProgram } from "./find-program.js";
import { freePorts } from "./free-ports.js";

/** How a client reaches the broker. */
export const transports = ["mqtt", "mqtts", "ws", "wss"] as const;
export type TransportName = (typeof transports)[number];

/** Where mosquitto is; undefined where there is none. */
export function findMosquitto(): string | undefined {
  return findProgram("mosquitto", "MOSQUITTO_PATH");
}

/** A broker that runs until `stop`. */
export class Mosquitto {
  /**
   * Starts one. Its sessions and retained messages outlive a `restart`, for which it is given time to save them. Where
   * it is strict, it takes nobody over TLS without a certificate.
   */
  static async start(program: string, certificates: TestCertificates, isStrict = false): Promise<Mosquitto> {
    const broker = new Mosquitto(program, await freePorts(transports));
    writeFileSync(path.join(broker.#folder, "mosquitto.conf"), broker.#configure(certificates, isStrict));
    await broker.#spawn();
    return broker;
  }

  readonly username: string = "tester";
  readonly password: string = randomBytes(12).toString("hex");

  /** The port of each transport. */
  readonly ports: Readonly<Record<TransportName, number>>;

  readonly #program: string;
  readonly #folder: string = mkdtempSync(path.join(tmpdir(), "mqtt5-mosquitto-"));
  #process: ChildProcess | undefined;
  #heartbeat: BrokerHeartbeat | undefined;

  protected constructor(program: string, ports: Readonly<Record<TransportName, number>>) {
    this.#program = program;
    this.ports = ports;
  }

  /** Its Unix domain socket, for MQTT without more. */
  get socketPath(): string {
    return path.join(this.#folder, "socket");
  }

  /** Saves and ends. `restart` brings it back. By SIGTERM, because it saves its sessions only when it ends in order. */
  async end(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    await this.#heartbeat?.stop();
    this.#heartbeat = undefined;
    await endProcess(child);
  }

  /** Saves and ends, unless it has ended, and starts again on the same ports. */
  async restart(): Promise<void> {
    await this.end();
    await this.#spawn();
  }

  async stop(): Promise<void> {
    await this.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A plain listener has to be the first: a configuration that begins with WebSocket ends the broker at once. */
  #configure({ ca, server }: TestCertificates, isStrict: boolean): string {
    const write = (name: string, content: string): string => {
      const file = path.join(this.#folder, name);
      writeFileSync(file, content, { mode: 0o600 });
      return file;
    };
    const passwords = write("passwords", `${this.username}:${hashPassword(this.password)}\n`);
    const tls = [
      `cafile ${write("ca.pem", ca.cert)}`,
      `certfile ${write("server.pem", server.cert)}`,
      `keyfile ${write("server.key", server.key)}`,
      `require_certificate ${String(isStrict)}`,
    ];
    const { mqtt, mqtts, ws, wss } = this.ports;
    const lines = [
      // Otherwise it becomes a user that may not read the key.
      ...(process.getuid?.() === 0 ? ["user root"] : []),
      "allow_anonymous false",
      `password_file ${passwords}`,
      "persistence true",
      `persistence_location ${this.#folder}/`,
      // By default it drops messages that it has acknowledged when a subscriber is slow.
      "max_queued_messages 0",
      "max_inflight_messages 100",
      "set_tcp_nodelay true",
      "log_dest stderr",
      `listener ${String(mqtt)} 127.0.0.1`,
      `listener 0 ${this.socketPath}`,
      `listener ${String(mqtts)} 127.0.0.1`,
      ...tls,
      `listener ${String(ws)} 127.0.0.1`,
      "protocol websockets",
      `listener ${String(wss)} 127.0.0.1`,
      "protocol websockets",
      ...tls,
    ];
    return `${lines.join("\n")}\n`;
  }

  /** Resolves when every port is open, which the broker says by "running". */
  async #spawn(): Promise<void> {
    const child = spawn(this.#program, ["-c", path.join(this.#folder, "mosquitto.conf")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#process = child;
    const seen: string[] = [];
    for await (const line of createInterface(child.stderr)) {
      seen.push(line);
      if (/mosquitto version .* running/.test(line)) {
        child.stderr.resume();
        const { username, password } = this;
        this.#heartbeat = new BrokerHeartbeat({ port: this.ports.mqtt, username, password });
        return;
      }
    }
    throw new Error(`mosquitto did not start:\n${seen.join("\n")}`);
  }
}

/** In the form of mosquitto's password files: PBKDF2 with SHA-512. */
function hashPassword(password: string): string {
  const iterations = 101;
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(password, salt, iterations, 64, "sha512");
  return `$7$${String(iterations)}$${salt.toString("base64")}$${hash.toString("base64")}`;
}
