/**
 * Serves the dashboard to this machine: the files of `page`, the built script of `@mqtt5/browser` and the settings of
 * this run. Nothing comes from elsewhere, and the content security policy says so to the browser.
 */
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";

const loopback = "127.0.0.1";
const pageFolder = path.join(import.meta.dirname, "..", "page");

const contentTypes = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".map": "application/json",
  ".json": "application/json",
};

/** The file that a script tag loads, and its source map, where the package's manifest says it is. */
function browserScript() {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve("@mqtt5/browser/package.json");
  const script = path.join(path.dirname(manifest), require(manifest).unpkg);
  return [script, `${script}.map`];
}

/** Every path that is answered, with its file; any other is not found, whatever it is made of. */
function filesByPath() {
  const files = [...readdirSync(pageFolder).map((name) => path.join(pageFolder, name)), ...browserScript()];
  const byPath = new Map(files.map((file) => [`/${path.basename(file)}`, file]));
  byPath.set("/", path.join(pageFolder, "index.html"));
  return byPath;
}

/** The client keeps time in a worker made of a blob, where a page allows that: it is not throttled in a hidden tab. */
function securityPolicy(webSocketUrl) {
  const { protocol, host } = new URL(webSocketUrl);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${protocol}//${host}`,
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

async function answer(request, response, { files, settings, headers }) {
  const { pathname } = new URL(request.url, `http://${loopback}`);
  const send = (status, type, body) =>
    response.writeHead(status, { ...headers, "Content-Type": type }).end(request.method === "HEAD" ? undefined : body);
  if (request.method !== "GET" && request.method !== "HEAD") {
    send(405, "text/plain", "Only GET and HEAD are answered.\n");
  } else if (pathname === "/settings.json") {
    send(200, contentTypes[".json"], JSON.stringify(settings));
  } else if (files.has(pathname)) {
    const file = files.get(pathname);
    send(200, contentTypes[path.extname(file)] ?? "application/octet-stream", await readFile(file));
  } else {
    send(404, "text/plain", "There is no such page.\n");
  }
}

/**
 * Starts to serve; `settings` go to the page as they are. Gives the URL, the origins that the page may have, and a function
 * that stops it.
 */
export async function servePage(settings, port) {
  const files = filesByPath();
  const headers = {
    "Content-Security-Policy": securityPolicy(settings.url),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  };
  const hosts = new Set();
  const server = createServer((request, response) => {
    // A page of another site could reach this one through a name that leads here, but would ask for that name.
    if (!hosts.has(request.headers.host)) {
      response.writeHead(421).end();
      return;
    }
    answer(request, response, { files, settings, headers }).catch(() => response.destroy());
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, loopback, resolve);
  });
  const { port: actualPort } = server.address();
  hosts.add(`${loopback}:${actualPort}`).add(`localhost:${actualPort}`);
  const stop = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return { url: `http://${loopback}:${actualPort}/`, origins: [...hosts].map((host) => `http://${host}`), stop };
}
