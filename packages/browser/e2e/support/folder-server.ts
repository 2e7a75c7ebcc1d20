/** Serves the files of a folder on an origin of its own, and a few that it is given. */

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

const typeOf = (name: string): string => (name.endsWith(".html") ? "text/html" : "text/javascript");

export class FolderServer {
  /** `extra` holds the content of further files, by name. */
  static async start(folder: string, extra: Readonly<Record<string, string>> = {}): Promise<FolderServer> {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://server");
      const name = pathname === "/" ? "index.html" : pathname.slice(1);
      const content = extra[name] ?? readFile(path.join(folder, name));
      Promise.resolve(content).then(
        (text) => response.setHeader("content-type", `${typeOf(name)}; charset=utf-8`).end(text),
        (error: unknown) => response.writeHead(404).end(String(error)),
      );
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    return new FolderServer(server);
  }

  readonly #server: Server;

  protected constructor(server: Server) {
    this.#server = server;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}
