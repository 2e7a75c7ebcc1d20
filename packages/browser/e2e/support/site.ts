/**
 * The web server of the tests: the packed files as a stranger gets them, pages that load them in each way there is, the
 * code that the pages run, and a door through which a page reaches the surroundings of the broker.
 */

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import typescript from "typescript";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** Where the packed files are, which `pnpm build:packages` makes. */
const packed = path.join(root, ".cache/packed/browser/dist");

/** How a page comes by the client. */
export const forms = ["iife", "esm", "worker"] as const;
export type Form = (typeof forms)[number];

const pageCode = "/packages/browser/e2e/pages";

const scripts: Readonly<Record<Form, string>> = {
  iife: `<script src="/dist/mqtt5.iife.min.js"></script><script type="module" src="${pageCode}/global-page.js"></script>`,
  esm: `<script type="module" src="${pageCode}/module-page.js"></script>`,
  worker: `<script type="module" src="${pageCode}/worker-page.js"></script>`,
};

/** A worker of the old kind, into which the file with the global is loaded. */
const workerScript = `importScripts("/dist/mqtt5.iife.min.js"); import("${pageCode}/worker.js");`;

/** What a page may have done, by name. */
export type Controls = Readonly<Record<string, () => Promise<void>>>;

interface Answer {
  readonly type: "text/html" | "text/javascript" | "text/plain";
  readonly content: string | Buffer;
}

export class Site {
  static async start(controls: Controls): Promise<Site> {
    const site = new Site(controls);
    site.#server.listen(0, "127.0.0.1");
    await once(site.#server, "listening");
    return site;
  }

  readonly #server: Server;
  readonly #controls: Controls;

  protected constructor(controls: Controls) {
    this.#controls = controls;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** The address of the page that loads the client in this way; `policy` is its content security policy. */
  pageUrl(form: Form, policy?: string): string {
    const { port } = this.#server.address() as AddressInfo;
    const query = policy === undefined ? "" : `?policy=${encodeURIComponent(policy)}`;
    return `http://127.0.0.1:${String(port)}/page/${form}${query}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://site");
    const policy = searchParams.get("policy");
    try {
      const { type, content } = await this.#find(pathname);
      response.setHeader("content-type", `${type}; charset=utf-8`);
      if (policy !== null) {
        response.setHeader("content-security-policy", policy);
      }
      response.end(content);
    } catch (error) {
      response.writeHead(404).end(String(error));
    }
  }

  async #find(pathname: string): Promise<Answer> {
    const [, folder = "", name = ""] = /^\/([^/]*)\/?(.*)$/.exec(pathname) ?? [];
    switch (folder) {
      case "page":
        return { type: "text/html", content: pageOf(name) };
      case "worker.js":
        return { type: "text/javascript", content: workerScript };
      case "dist":
        return { type: "text/javascript", content: await readFile(path.join(packed, name)) };
      case "packages":
        return { type: "text/javascript", content: await withoutTypes(path.join(root, pathname)) };
      case "control":
        await this.#control(name);
        return { type: "text/plain", content: "done" };
      default:
        throw new Error(`nothing at ${pathname}`);
    }
  }

  async #control(name: string): Promise<void> {
    const perform = this.#controls[name];
    if (perform === undefined) {
      throw new Error(`no control ${name}`);
    }
    await perform();
  }
}

function pageOf(name: string): string {
  const form = forms.find((each) => each === name);
  if (form === undefined) {
    throw new Error(`no page ${name}`);
  }
  return `<!doctype html><title>${form}</title><link rel="icon" href="data:,">${scripts[form]}`;
}

/** The code of the pages is TypeScript, of which only the types are taken away; paths stay those of the repository. */
async function withoutTypes(file: string): Promise<string> {
  const source = await readFile(file.replace(/js$/, "ts"), "utf8");
  const { ModuleKind, ScriptTarget, transpileModule } = typescript;
  const compilerOptions = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 };
  return transpileModule(source, { compilerOptions }).outputText;
}
