/**
 * The broker aedes in a process of its own, over TCP and WebSocket. Started by `aedes.ts`; says on which ports it
 * listens, and does as it is told: "restart" and, when its parent disconnects, end.
 */
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { Aedes } from "aedes";
import { createWebSocketStream, WebSocketServer } from "ws";

const { TESTER_NAME: name, TESTER_PASSWORD: secret } = process.env;

/** MQTT 3.1.1's code for a bad user name or password, from which aedes makes 0x86. */
const badPassword = 4;

function authenticate(_client, username, password, done) {
  const isKnown = username === name && password?.toString() === secret;
  done(isKnown ? null : Object.assign(new Error("unknown"), { returnCode: badPassword }), isKnown);
}

let ports = [0, 0];
let persistence;
let close;

async function start() {
  const broker = await Aedes.createBroker({ persistence, authenticate });
  persistence = broker.persistence;
  // It writes a packet in pieces; Nagle's algorithm would hold the later ones back.
  const tcp = createTcpServer({ noDelay: true }, broker.handle);
  const http = createHttpServer();
  const webSockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  webSockets.on("connection", (webSocket, request) => {
    const stream = createWebSocketStream(webSocket);
    stream.on("error", () => webSocket.terminate());
    broker.handle(stream, request);
  });
  const sockets = new Set();
  const servers = [tcp, http];
  for (const [index, server] of servers.entries()) {
    server.on("connection", (socket) => {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.once("close", () => sockets.delete(socket));
    });
    await once(server.listen(ports[index], "127.0.0.1"), "listening");
  }
  ports = servers.map((server) => server.address().port);
  close = async () => {
    const closed = servers.map((server) => once(server.close(), "close"));
    await new Promise((resolve) => broker.close(resolve));
    sockets.forEach((socket) => socket.destroy());
    await Promise.all(closed);
  };
}

async function restart() {
  await close();
  await start();
}

process.on("message", () => void restart().then(() => process.send("restarted")));
process.on("disconnect", () => process.exit(0));
await start();
process.send({ mqtt: ports[0], ws: ports[1] });
