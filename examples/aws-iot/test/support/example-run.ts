/** An example at work: a process of its own that runs the example's file as it is. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Readable } from "node:stream";

const folder = path.join(process.cwd(), "examples/aws-iot");
const setup = path.join(folder, "test/support/child/setup.mjs");

export interface ExampleRequest {
  /** The name of the file in `src`, and arguments. */
  readonly command: readonly [program: string, ...rest: string[]];
  readonly environment: Readonly<Record<string, string>>;
}

export class ExampleRun {
  output = "";
  errors = "";

  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #closed: Promise<unknown[]>;

  constructor({ command: [program, ...rest], environment }: ExampleRequest) {
    const flags = ["--conditions=@mqtt5/source", `--import=${setup}`];
    this.#child = spawn(process.execPath, [...flags, path.join(folder, "src", `${program}.ts`), ...rest], {
      // Nothing of the surroundings but the path: they may have settings of AWS of their own.
      env: { PATH: process.env["PATH"], ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#closed = once(this.#child, "close");
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => (this.errors += text));
  }

  /** Gives the exit code, once the example has ended by itself; one that cannot connect would go on for ever. */
  async end(): Promise<unknown> {
    this.#child.stderr.on("data", () => {
      if (this.errors.includes("cannot connect")) {
        this.kill();
      }
    });
    const [code] = await this.#closed;
    return code;
  }

  /** Gives what an example that goes on trying says first of what is wrong, and ends it. */
  async firstError(): Promise<string> {
    while (!this.errors.includes("\n") && this.#child.exitCode === null) {
      await Promise.race([once(this.#child.stderr, "data"), this.#closed]);
    }
    this.kill();
    await this.#closed;
    return this.errors;
  }

  /** Ends it where it has not ended. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
