/** A stand-in with a broker behind it, and all that a client of its has to know. */
import { createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeCertificates, type TestCertificates } from "../../../../packages/core/test/integration/certificates.js";
import { Mosquitto } from "../../../../packages/core/test/integration/mosquitto.js";
import type { KnownCredentials } from "./signed-request.js";
import { StandIn } from "./stand-in.js";

/** In the form of those of AWS; nobody has it. */
export const endpoint = "a1b2c3d4e5f6g7-ats.iot.eu-west-1.amazonaws.com";

export interface TestGateway {
  readonly standIn: StandIn;
  readonly credentials: KnownCredentials;
  /** What the examples are told by their environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the files are that the environment names. */
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

export async function startGateway(mosquitto: string): Promise<TestGateway> {
  const folder = mkdtempSync(path.join(tmpdir(), "mqtt5-aws-iot-"));
  const certificates = await makeCertificates([endpoint]);
  const credentials = {
    region: "eu-west-1",
    accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
    // Base64, with what has to be escaped in a URL.
    secretAccessKey: randomBytes(30).toString("base64"),
    sessionToken: `IQ/+${randomBytes(100).toString("base64")}==`,
  };
  const tokens = makeTokens();
  const broker = await Mosquitto.start(mosquitto, certificates);
  const standIn = await StandIn.start({
    ...{ broker, certificates, credentials },
    authorizer: tokens.authorizer,
    serverNames: [endpoint, "localhost"],
  });
  return {
    ...{ standIn, credentials, folder },
    environment: {
      AWS_IOT_ENDPOINT: endpoint,
      AWS_REGION: credentials.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      ...tokens.environment,
      ...writeCertificates(folder, certificates),
    },
    stop: async () => {
      await standIn.stop();
      await broker.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A custom authorizer, and a token that it accepts. */
function makeTokens() {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const authorizer = { name: "greenhouses", tokenKey: "token", publicKey };
  const token = "boiler 7&a=b+c?";
  return {
    authorizer,
    environment: {
      AWS_IOT_AUTHORIZER: authorizer.name,
      AWS_IOT_TOKEN_KEY: authorizer.tokenKey,
      AWS_IOT_TOKEN: token,
      AWS_IOT_TOKEN_SIGNATURE: createSign("RSA-SHA256").update(token).sign(privateKey, "base64"),
    },
  };
}

/** Writes a device's certificate, and the one by which Node trusts the stand-in as it trusts AWS. */
function writeCertificates(folder: string, { ca, client }: TestCertificates): Record<string, string> {
  return {
    NODE_EXTRA_CA_CERTS: write(folder, "ca.pem", ca.cert),
    ...writeDevice(folder, { client }),
  };
}

/** Writes a device's certificate; gives the environment that names it. */
export function writeDevice(folder: string, { client }: Pick<TestCertificates, "client">): Record<string, string> {
  return {
    AWS_IOT_CERTIFICATE_FILE: write(folder, "device.pem", client.cert),
    AWS_IOT_PRIVATE_KEY_FILE: write(folder, "device.key", client.key),
  };
}

function write(folder: string, name: string, content: string): string {
  const file = path.join(mkdtempSync(path.join(folder, "file-")), name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}
