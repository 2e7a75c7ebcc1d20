/**
 * The broker that comes with the demo: aedes, in this process, on free ports of the loopback interface. It is a beta and
 * here for the demo alone; nothing in the packages depends on it.
 *
 * It can be restarted. What a broker keeps on disk (sessions, retained messages) then goes from the old one to the new,
 * so clients find their sessions again on the same ports.
 */
import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Aedes } from "aedes";
import { createWebSocketStream, WebSocketServer } from "ws";

const loopback = "127.0.0.1";

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, loopback, () => {
      server.off("error", reject);
      resolve(server.address().port);
    });
  });
}

/** Remembers the open sockets of a server, which Node does not list. */
function socketsOf(server) {
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}

export class EmbeddedBroker {
  #onError;
  #broker;
  #origins = new Set();
  #close = async () => undefined;
  #restarting;
  #isStopped = false;
  #tcpPort = 0;
  #webSocketPort = 0;

  /** `onError` is told what goes wrong inside the broker. */
  constructor(onError) {
    this.#onError = onError;
  }

  get url() {
    return `mqtt://${loopback}:${this.#tcpPort}`;
  }

  get webSocketUrl() {
    return `ws://${loopback}:${this.#webSocketPort}/mqtt`;
  }

  /** Lets pages of these origins in, such as `http://127.0.0.1:8080`. Until then no page can connect. */
  allowOrigins(origins) {
    origins.forEach((origin) => this.#origins.add(origin));
  }

  async start() {
    const broker = await Aedes.createBroker({ persistence: this.#broker?.persistence });
    broker.on("error", this.#onError);
    // The broker writes a packet in pieces; Nagle's algorithm would hold the later ones back for 40 ms.
    const tcp = createTcpServer({ noDelay: true }, broker.handle);
    const http = createHttpServer((_request, response) => response.writeHead(426).end());
    const webSockets = new WebSocketServer({
      server: http,
      path: "/mqtt",
      perMessageDeflate: false,
      // A browser lets a page of any site connect to this machine, but names the site. Other programs name none.
      verifyClient: ({ origin }, answer) => answer(origin === undefined || this.#origins.has(origin), 403),
      handleProtocols: (offered) => (offered.has("mqtt") ? "mqtt" : false),
    });
    webSockets.on("connection", (webSocket, request) => {
      const stream = createWebSocketStream(webSocket);
      stream.on("error", () => webSocket.terminate());
      broker.handle(stream, request);
    });
    const servers = [tcp, http].map((server) => [server, socketsOf(server)]);
    this.#broker = broker;
    this.#close = async () => {
      this.#close = async () => undefined;
      // First, or else a client that is told goodbye comes back to a broker that is about to go.
      const closed = servers.map(([server]) => new Promise((resolve) => server.close(resolve)));
      await new Promise((resolve) => broker.close(resolve));
      servers.forEach(([, sockets]) => sockets.forEach((socket) => socket.destroy()));
      await Promise.all(closed);
    };
    this.#tcpPort = await listen(tcp, this.#tcpPort);
    this.#webSocketPort = await listen(http, this.#webSocketPort);
  }

  /** Goes away and comes back on the same ports; does nothing more while it is away already. */
  async restart(millisecondsAway) {
    this.#restarting ??= this.#restart(millisecondsAway).finally(() => {
      this.#restarting = undefined;
    });
    await this.#restarting;
  }

  async #restart(millisecondsAway) {
    await this.#close();
    await wait(millisecondsAway, undefined, { ref: false });
    if (!this.#isStopped) {
      await this.start();
    }
  }

  /** Disconnects every client and closes both listeners. */
  async stop() {
    this.#isStopped = true;
    await this.#close();
  }
}
