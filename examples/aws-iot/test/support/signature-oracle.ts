/**
 * Signature Version 4 as AWS itself computes it: by the signer of its SDK for JavaScript, over Node's hash functions, so
 * that nothing of the example's own is in it.
 */
import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";

/** Who signs what, where and when. */
export interface OracleRequest {
  readonly host: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly signingDate: Date;
  readonly expiresIn: number;
}

type Bytes = string | ArrayBuffer | ArrayBufferView;

function toBytes(data: Bytes): Uint8Array {
  if (typeof data === "string") {
    return Buffer.from(data, "utf8");
  }
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

/** The hash functions that a signer of the SDK uses. */
export class Sha256 {
  readonly #hash: ReturnType<typeof createHash | typeof createHmac>;

  constructor(secret?: Bytes) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", toBytes(secret));
  }

  update(data: Bytes): void {
    this.#hash.update(toBytes(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    throw new Error("the signer needs no reset");
  }
}

/** The parameters of a signed request for MQTT over WebSocket, all but the session token, which is not signed. */
export async function signedParameters(request: OracleRequest): Promise<Map<string, string>> {
  const { host, region, accessKeyId, secretAccessKey, signingDate, expiresIn } = request;
  const signer = new SignatureV4({
    service: "iotdevicegateway",
    region,
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
  });
  const { query = {} } = await signer.presign(
    { method: "GET", protocol: "wss:", hostname: host, path: "/mqtt", query: {}, headers: { host } },
    { signingDate, expiresIn },
  );
  return new Map(Object.entries(query).map(([name, value]) => [name, String(value)]));
}
