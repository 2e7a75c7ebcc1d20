/**
 * Proxies of other people's making for the time of a test, on loopback and free ports, with a name and a password that
 * nobody else knows: tinyproxy (HTTP), stunnel before it (HTTPS), microsocks (SOCKS5).
 */

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Certificate } from "../../../core/test/integration/certificates.js";
import { endProcess } from "../../../core/test/integration/end-process.js";
import { findProgram } from "../../../core/test/integration/find-program.js";
import { freePorts } from "../../../core/test/integration/free-ports.js";
import { needProgram } from "../../../core/test/integration/needed-program.js";

/** Where the programs are; undefined, after it was said why, where one is missing. */
export function findProxyPrograms(): ProxyPrograms | undefined {
  const tinyproxy = findProgram("tinyproxy", "TINYPROXY_PATH");
  const stunnel = findProgram("stunnel4", "STUNNEL_PATH") ?? findProgram("stunnel", "STUNNEL_PATH");
  const microsocks = findProgram("microsocks", "MICROSOCKS_PATH");
  return needProgram(tinyproxy, "tinyproxy", "TINYPROXY_PATH") &&
    needProgram(stunnel, "stunnel", "STUNNEL_PATH") &&
    needProgram(microsocks, "microsocks", "MICROSOCKS_PATH")
    ? { tinyproxy, stunnel, microsocks }
    : undefined;
}

export interface ProxyPrograms {
  readonly tinyproxy: string;
  readonly stunnel: string;
  readonly microsocks: string;
}

/** The schemes of the three. */
export const proxySchemes = ["http", "https", "socks5"] as const;
export type ProxyScheme = (typeof proxySchemes)[number];

/** Three proxies that run until `stop`. */
export class RealProxies {
  /** The `https:` one has this certificate. */
  static async start(programs: ProxyPrograms, certificate: Certificate): Promise<RealProxies> {
    const proxies = new RealProxies(await freePorts(proxySchemes));
    try {
      await proxies.#spawnAll(programs, certificate);
    } catch (error) {
      await proxies.stop();
      throw error;
    }
    return proxies;
  }

  readonly username: string = "tester";
  readonly password: string = randomBytes(12).toString("hex");
  readonly ports: Readonly<Record<ProxyScheme, number>>;
  readonly #folder: string = mkdtempSync(path.join(tmpdir(), "mqtt5-proxies-"));
  readonly #processes: ChildProcess[] = [];

  protected constructor(ports: Readonly<Record<ProxyScheme, number>>) {
    this.ports = ports;
  }

  /** The URL of a proxy, with the right credentials or others. */
  urlOf(scheme: ProxyScheme, password: string = this.password): string {
    return `${scheme}://${this.username}:${password}@127.0.0.1:${String(this.ports[scheme])}`;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#processes.splice(0).map(endProcess));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #spawnAll(programs: ProxyPrograms, { cert, key }: Certificate): Promise<void> {
    const { username, password, ports } = this;
    const [http, https, socks5] = [String(ports.http), String(ports.https), String(ports.socks5)];
    const tinyproxy = this.#write(
      "tinyproxy.conf",
      `Port ${http}\nListen 127.0.0.1\nTimeout 600\nMaxClients 20\nBasicAuth ${username} ${password}\n`,
    );
    const stunnel = this.#write(
      "stunnel.conf",
      `foreground = yes\npid =\n[proxy]\naccept = 127.0.0.1:${https}\nconnect = 127.0.0.1:${http}\n` +
        `cert = ${this.#write("proxy.pem", cert)}\nkey = ${this.#write("proxy.key", key)}\n`,
    );
    await Promise.all([
      this.#spawn(programs.tinyproxy, ["-d", "-c", tinyproxy], ports.http),
      this.#spawn(programs.stunnel, [stunnel], ports.https),
      this.#spawn(programs.microsocks, ["-i", "127.0.0.1", "-p", socks5, "-u", username, "-P", password], ports.socks5),
    ]);
  }

  #write(name: string, content: string): string {
    const file = path.join(this.#folder, name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  }

  /** Resolves when it listens, which not every one of them says. */
  async #spawn(program: string, args: readonly string[], port: number): Promise<void> {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#processes.push(child);
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => output.push(chunk.toString()));
    }
    let failure: unknown;
    child.once("error", (error) => {
      failure = error;
    });
    while (!(await canConnect(port))) {
      if (failure !== undefined || child.exitCode !== null) {
        throw new Error(`${program} did not start: ${output.join("")}`, { cause: failure });
      }
    }
  }
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
