import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer as createTcpServer, type Server } from "node:net";
import {
  checkServerIdentity,
  createServer,
  type PeerCertificate,
  type TLSSocket,
  type TlsOptions as ServerOptions,
} from "node:tls";
import { afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { InvalidArgumentError } from "@mqtt5/core";
import { makeCertificates, type TestCertificates } from "../../../core/test/integration/certificates.js";
import { end, listen, urlOf } from "../../test/support/local-servers.js";
import { TransportRecord } from "../../test/support/recorded-transport.js";
import { nodeClock } from "../platform/node-clock.js";
import { StreamTransport } from "../transports/stream-transport.js";
import type { TlsOptions } from "../options/tls-options.js";
import { toTlsSettings } from "./tls-settings.js";

let certificates: TestCertificates;
const servers: Server[] = [];

beforeAll(async () => {
  certificates = await makeCertificates();
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map(end));
});

/** A TLS server, and what a client of it with these options comes to. */
async function open(options: TlsOptions, serverOptions: ServerOptions = {}, host = "127.0.0.1") {
  const server = createServer({ ...certificates.server, ...serverOptions });
  // The server need not report a client that it refuses.
  server.on("tlsClientError", () => undefined);
  servers.push(server);
  const port = await listen(server);
  const secured = once(server, "secureConnection") as Promise<[TLSSocket]>;
  const record = new TransportRecord();
  const transport = new StreamTransport(
    { server: urlOf("mqtts", port, host), socketOptions: {}, tlsSettings: toTlsSettings(options), clock: nodeClock },
    record,
  );
  return { record, transport, secured };
}

describe("a server that can be trusted", () => {
  test("is one whose certificate the given authority signed", async () => {
    const { record, transport, secured } = await open({ ca: certificates.ca.cert });
    const [[peer]] = await Promise.all([secured, record.reached("opened")]);
    expect(record.phases).toEqual(["tcp", "tls"]);
    peer.write(Buffer.alloc(100_000, "x"));
    expect((await record.read(100_000)).byteLength).toBe(100_000);
    transport.write([Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]);
    const [bytes] = (await once(peer, "data")) as [Buffer];
    expect([...bytes]).toEqual([1, 2, 3]);
    transport.close();
    await record.reached("closed");
    expect(record.error).toBeUndefined();
  });

  test("takes bytes as well as text, and lists of either", async () => {
    const ca = [new TextEncoder().encode(certificates.ca.cert)];
    const { record, transport } = await open({ ca });
    await record.reached("opened");
    transport.abort();
    await record.reached("closed");
  });

  test("is told the name of the URL, and its certificate checked against it", async () => {
    const names: (string | false | null)[] = [];
    const { record, transport, secured } = await open({ ca: certificates.ca.cert }, {}, "localhost");
    const [[peer]] = await Promise.all([secured, record.reached("opened")]);
    names.push(peer.servername);
    expect(names).toEqual(["localhost"]);
    expect(record.phases).toEqual(["dns", "tcp", "tls"]);
    transport.abort();
    await record.reached("closed");
  });

  test("is told the given name", async () => {
    const { record, transport, secured } = await open({ ca: certificates.ca.cert, servername: "localhost" });
    const [[peer]] = await Promise.all([secured, record.reached("opened")]);
    expect(peer.servername).toBe("localhost");
    transport.abort();
    await record.reached("closed");
  });

  test("is offered protocols", async () => {
    const options = { ca: certificates.ca.cert, alpnProtocols: ["mqtt", "x-other"] };
    const { record, transport, secured } = await open(options, { ALPNProtocols: ["x-other"] });
    const [[peer]] = await Promise.all([secured, record.reached("opened")]);
    expect(peer.alpnProtocol).toBe("x-other");
    transport.abort();
    await record.reached("closed");
  });

  test("sees the certificate of the client", async () => {
    const { record, transport, secured } = await open(
      { ca: certificates.ca.cert, ...certificates.client },
      { requestCert: true, rejectUnauthorized: true, ca: certificates.ca.cert },
    );
    const [[peer]] = await Promise.all([secured, record.reached("opened")]);
    expect(peer.authorized).toBe(true);
    expect(peer.getPeerCertificate().subject.CN).toBe("test client");
    transport.abort();
    await record.reached("closed");
  });
});

describe("a server that cannot be trusted", () => {
  test("scenario 44: is refused in the phase tls, with the reason", async () => {
    const { record } = await open({});
    await record.reached("closed");
    expect(record.events).toEqual(["closed"]);
    expect(record.error).toMatchObject({
      phase: "tls",
      message: expect.stringContaining("unable to verify the first certificate"),
      cause: expect.objectContaining({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }),
    });
  });

  test("is refused when its certificate bears another name", async () => {
    const { record } = await open({ ca: certificates.ca.cert, servername: "other.example" });
    await record.reached("closed");
    expect(record.error).toMatchObject({
      phase: "tls",
      cause: expect.objectContaining({ code: "ERR_TLS_CERT_ALTNAME_INVALID" }),
    });
  });

  test.each([
    ["another authority signed", "server", "client", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["has expired", "expired", "ca", "CERT_HAS_EXPIRED"],
  ] as const)("is refused when its certificate %s", async (_what, server, ca, code) => {
    const { record } = await open({ ca: certificates[ca].cert }, certificates[server]);
    await record.reached("closed");
    expect(record.error).toMatchObject({ phase: "tls", cause: expect.objectContaining({ code }) });
  });

  test("is refused when it speaks none of the protocols that are offered", async () => {
    const options = { ca: certificates.ca.cert, alpnProtocols: ["mqtt"] };
    const { record } = await open(options, { ALPNProtocols: ["x-other"] });
    await record.reached("closed");
    expect(record.error).toMatchObject({
      phase: "tls",
      cause: expect.objectContaining({ code: "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL" }),
    });
  });

  test("is taken all the same where that was asked for", async () => {
    const { record, transport } = await open({ rejectUnauthorized: false });
    await record.reached("opened");
    transport.abort();
    await record.reached("closed");
  });

  test("is one that does not speak TLS", async () => {
    const server = createTcpServer((socket) => socket.end("no TLS here\r\n"));
    servers.push(server);
    const port = await listen(server);
    const record = new TransportRecord();
    const tlsSettings = toTlsSettings({});
    new StreamTransport({ server: urlOf("mqtts", port), socketOptions: {}, tlsSettings, clock: nodeClock }, record);
    await record.reached("closed");
    expect(record.phases).toEqual(["tcp", "tls"]);
    expect(record.error).toMatchObject({ phase: "tls", code: "CONNECTION_FAILED" });
  });
});

describe("checkServerIdentity", () => {
  const fingerprint = (): string => new X509Certificate(certificates.server.cert).fingerprint256;

  /** As an application pins a certificate. */
  const pin =
    (pinned: string) =>
    (host: string, certificate: PeerCertificate): Error | undefined =>
      checkServerIdentity(host, certificate) ??
      (certificate.fingerprint256 === pinned ? undefined : new Error("not the pinned certificate"));

  test("accepts the certificate that it has pinned", async () => {
    const { record, transport } = await open({ ca: certificates.ca.cert, checkServerIdentity: pin(fingerprint()) });
    await record.reached("opened");
    transport.abort();
    await record.reached("closed");
  });

  test("is shown the host, and refuses another certificate in the phase tls", async () => {
    const hosts: string[] = [];
    const { record } = await open({
      ca: certificates.ca.cert,
      checkServerIdentity: (host, certificate) => {
        hosts.push(host);
        return pin("AA:BB")(host, certificate);
      },
    });
    await record.reached("closed");
    expect(hosts).toEqual(["127.0.0.1"]);
    expect(record.events).toEqual(["closed"]);
    expect(record.error).toMatchObject({
      phase: "tls",
      message: expect.stringMatching(/: not the pinned certificate$/),
    });
  });

  test.each<readonly [string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("out of order");
      },
    ],
    [
      "throws what is no error",
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- An application can.
        throw "out of order";
      },
    ],
    ["gives a promise", () => Promise.resolve(undefined)],
    ["gives null", () => null],
  ])("refuses the server when it %s", async (_what, check) => {
    const { record } = await open({
      ca: certificates.ca.cert,
      checkServerIdentity: check as NonNullable<TlsOptions["checkServerIdentity"]>,
    });
    await record.reached("closed");
    expect(record.events).toEqual(["closed"]);
    expect(record.error).toMatchObject({ phase: "tls", code: "CONNECTION_FAILED" });
  });

  test("cannot be had where nothing is refused", () => {
    expect(() => toTlsSettings({ rejectUnauthorized: false, checkServerIdentity })).toThrow(
      expect.objectContaining({ field: "tls.rejectUnauthorized" }),
    );
  });
});

test("certificates that cannot be read are an invalid argument", () => {
  expect(() => toTlsSettings({ ca: "no certificate", cert: "none", key: "none" })).toThrow(InvalidArgumentError);
});

test("a key that belongs to another certificate is an invalid argument", () => {
  expect(() => toTlsSettings({ cert: certificates.client.cert, key: certificates.server.key })).toThrow(
    InvalidArgumentError,
  );
});

test.each(["ca", "cert", "key"])(
  "the path of a file as tls.%s is recognized, and the error says what to do",
  (name) => {
    expect(() => toTlsSettings({ [name]: "/etc/certificates/secret-device.pem" })).toThrow(
      new RegExp(`^tls\\.${name} must be the content of a file in PEM, not its path: [^/]*$`),
    );
  },
);
