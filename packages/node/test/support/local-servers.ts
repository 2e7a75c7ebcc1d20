/** Servers on loopback that a test ends again. */

import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import type { ServerUrl } from "@mqtt5/core/adapter";

/** Every socket that a server has. */
const socketsOf = new WeakMap<Server, Set<Socket>>();

/** Opens a server on a free port. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  socketsOf.set(server, sockets);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Ends a server with all its connections. */
export async function end(server: Server): Promise<void> {
  server.close();
  socketsOf.get(server)?.forEach((socket) => socket.destroy());
  await once(server, "close");
}

/** The address of a server on loopback. */
export function urlOf(scheme: ServerUrl["scheme"], port: number, host = "127.0.0.1"): ServerUrl {
  const path = scheme === "ws" || scheme === "wss" ? "/mqtt" : "";
  return {
    scheme,
    host,
    port,
    path,
    href: `${scheme}://${host}:${String(port)}${path}`,
    username: undefined,
    password: undefined,
  };
}
