/** Passes connections on to a port on loopback until they are cut. */
import { once } from "node:events";
import { connect, createServer } from "node:net";

export async function startNetwork(targetPort) {
  const sockets = new Set();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: targetPort, host: "127.0.0.1", noDelay: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => sockets.forEach((socket) => socket.resetAndDestroy());
  const stop = async () => {
    server.close();
    cut();
    await once(server, "close");
  };
  return { url: `mqtt://127.0.0.1:${server.address().port}`, cut, stop };
}
