/** An authority for the time of a test run, and certificates that it signed. */

import { generate } from "selfsigned";

/** A certificate with its private key, PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Certificates for a server and for a client, with the authority that signed all of them. */
export interface TestCertificates {
  readonly ca: Certificate;
  readonly server: Certificate;
  /** One for the server, too, that was good for a day in 2020. */
  readonly expired: Certificate;
  readonly client: Certificate;
}

/** Makes new ones, none of which is known anywhere else. The server is on loopback, and goes by these names too. */
export async function makeCertificates(serverNames: readonly string[] = []): Promise<TestCertificates> {
  const ca = await issue("test authority", [
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
  ]);
  const extensions: Extensions = [
    { name: "basicConstraints", cA: false },
    { name: "extKeyUsage", serverAuth: true },
    {
      name: "subjectAltName",
      altNames: [
        ...["localhost", ...serverNames].map((value) => ({ type: 2 as const, value })),
        { type: 7, ip: "127.0.0.1" },
      ],
    },
  ];
  const server = await issue("localhost", extensions, { ca });
  const expired = await issue("localhost", extensions, {
    ca,
    notBeforeDate: new Date("2020-01-01"),
    notAfterDate: new Date("2020-01-02"),
  });
  const client = await issue("test client", [{ name: "extKeyUsage", clientAuth: true }], { ca });
  return { ca, server, expired, client };
}

type Options = NonNullable<Parameters<typeof generate>[1]>;
type Extensions = NonNullable<Options["extensions"]>;

async function issue(commonName: string, extensions: Extensions, options: Options = {}): Promise<Certificate> {
  const result = await generate([{ name: "commonName", value: commonName }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions,
    ...options,
  });
  return { cert: result.cert, key: result.private };
}
