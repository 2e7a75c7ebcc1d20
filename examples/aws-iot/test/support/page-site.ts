/** Serves the page of the example as it is, with the packed client that its import map names, and what it asks for. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import typescript from "typescript";

/** Where things are, seen from the root of the repository. */
const example = "examples/aws-iot";
const packedClient = ".cache/packed/browser/dist/mqtt5.esm.min.js";

/** The types that a browser insists on. */
const types: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

export class PageSite {
  /** `root` is that of the repository; `getAccess` gives what the page's own server would tell it. */
  static async start(root: string, getAccess: () => unknown): Promise<PageSite> {
    const site = new PageSite(root, getAccess);
    site.#server.listen(0, "127.0.0.1");
    await once(site.#server, "listening");
    return site;
  }

  readonly #server: Server;
  readonly #root: string;
  readonly #getAccess: () => unknown;

  protected constructor(root: string, getAccess: () => unknown) {
    this.#root = root;
    this.#getAccess = getAccess;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  get pageUrl(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/page/index.html`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #answer({ url = "/" }: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const content = await this.#find(url);
      response.setHeader("content-type", `${types[path.extname(url)] ?? "application/json"}; charset=utf-8`);
      response.end(content);
    } catch (error) {
      response.writeHead(404).end(String(error));
    }
  }

  async #find(url: string): Promise<string> {
    const read = (file: string): Promise<string> => readFile(path.join(this.#root, file), "utf8");
    switch (url) {
      case "/access":
        return JSON.stringify(this.#getAccess());
      case "/mqtt5.esm.min.js":
        return read(packedClient);
      case "/page/index.html":
        return read(`${example}${url}`);
      case "/page/main.js":
      case "/src/sigv4.js":
        return withoutTypes(await read(`${example}${url.replace(/js$/, "ts")}`));
      default:
        throw new Error(`nothing at ${url}`);
    }
  }
}

function withoutTypes(source: string): string {
  const { ModuleKind, ScriptTarget, transpileModule } = typescript;
  const compilerOptions = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 };
  return transpileModule(source, { compilerOptions }).outputText;
}
