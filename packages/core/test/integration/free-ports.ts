import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** Ports of the loopback interface that nobody listens on, all taken at the same time so that they differ. */
export async function freePorts<Name extends string>(names: readonly Name[]): Promise<Readonly<Record<Name, number>>> {
  const servers = names.map((name) => [name, createServer().listen(0, "127.0.0.1")] as const);
  await Promise.all(servers.map(([, server]) => once(server, "listening")));
  const ports = servers.map(([name, server]) => [name, (server.address() as AddressInfo).port]);
  await Promise.all(servers.map(([, server]) => once(server.close(), "close")));
  return Object.fromEntries(ports) as Readonly<Record<Name, number>>;
}
