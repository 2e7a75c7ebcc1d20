/** The option `tls` as a function: each attempt gets certificates of its own, which a TLS server sees. */

import type { Server } from "node:net";
import { createServer, type PeerCertificate, type TLSSocket } from "node:tls";
import { afterEach, expect, test } from "@jest/globals";
import { X509Certificate } from "node:crypto";
import { makeCertificates } from "../../core/test/integration/certificates.js";
import { next } from "../../core/test/integration/inbox.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { Mqtt5Client, type TlsOptions } from "../src/index.js";
import { end, listen } from "./support/local-servers.js";

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map(end));
});

/** A CONNACK that accepts, without properties. */
const accepted = Uint8Array.of(0x20, 3, 0, 0, 0);

const fingerprintOf = (pem: string): string => new X509Certificate(pem).fingerprint256;

test("a function supplies the certificates of each attempt, so that they can be renewed", async () => {
  const [first, second] = [await makeCertificates(), await makeCertificates()];
  const peers: TLSSocket[] = [];
  const seen: (string | undefined)[] = [];
  const server = createServer(
    // It looks at the certificates itself, because two authorities have one name here.
    { ...first.server, requestCert: true, rejectUnauthorized: false },
    (socket) => {
      peers.push(socket);
      const { fingerprint256 } = socket.getPeerCertificate() as Partial<PeerCertificate>;
      seen.push(fingerprint256);
      socket.once("data", () => (fingerprint256 === undefined ? socket.destroy() : socket.write(accepted)));
    },
  );
  servers.push(server);
  const url = `mqtts://127.0.0.1:${String(await listen(server))}`;
  const ca = first.ca.cert;
  // First none, for which the server hangs up; then one; then one of another authority.
  const supplied: readonly TlsOptions[] = [{ ca }, { ca, ...first.client }, { ca, ...second.client }];
  let askedCount = 0;
  const tls = async (): Promise<TlsOptions> => {
    const options = supplied[askedCount] ?? {};
    askedCount += 1;
    return Promise.resolve(options);
  };
  const { client, finish } = trackClient(new Mqtt5Client({ url, tls, minReconnectDelayMs: 1, maxReconnectDelayMs: 1 }));
  const failed = next(client, "connectionFailure");
  client.start();
  expect((await failed).error.message).toMatch(/client certificate/);
  await client.waitUntilConnected();
  const lost = next(client, "disconnection");
  peers.at(-1)?.destroy();
  await lost;
  await client.waitUntilConnected();
  await finish();
  expect(seen).toEqual([undefined, ...[first.client.cert, second.client.cert].map(fingerprintOf)]);
  expect(askedCount).toBe(3);
});
