/**
 * Signature Version 4 for MQTT over WebSocket: the query that AWS IoT Core wants in the URL of the upgrade. It needs
 * `crypto.subtle` and nothing else, so it is the same in Node and in a page (there in a secure context only).
 *
 * It differs from the usual in one point: the session token of temporary credentials is no part of what is signed; it
 * is added afterwards.
 */

/** What AWS hands out; `sessionToken` comes with temporary credentials. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** What a signed URL is made from. */
export interface SigningRequest {
  /** The endpoint; with its port where that is not 443. */
  readonly host: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly now: Date;
  /** How long the URL can be used to connect, in seconds; default 300. An open connection outlives it. */
  readonly expiresInSeconds?: number;
}

/** Whose credentials sign the upgrades of a client. */
export interface Signer {
  readonly region: string;
  /** Asked before each attempt, so that credentials can be fresh. */
  readonly getCredentials: () => AwsCredentials | Promise<AwsCredentials>;
}

const algorithm = "AWS4-HMAC-SHA256";
const service = "iotdevicegateway";
const path = "/mqtt";

/** The client's option `websocketHandshakeTransform`, for Node and browsers alike. */
export function signHandshakes({ region, getCredentials }: Signer) {
  return async <Handshake extends { readonly url: string }>(handshake: Handshake): Promise<Handshake> => {
    const { host } = new URL(handshake.url);
    const credentials = await getCredentials();
    return { ...handshake, url: await signMqttUrl({ host, region, credentials, now: new Date() }) };
  };
}

/** Gives the URL to connect to. */
export async function signMqttUrl(request: SigningRequest): Promise<string> {
  const { host, region, credentials, now, expiresInSeconds = 300 } = request;
  const timestamp = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = [timestamp.slice(0, 8), region, service, "aws4_request"];
  // In alphabetical order, as they are signed.
  const query = [
    `X-Amz-Algorithm=${algorithm}`,
    `X-Amz-Credential=${escape([credentials.accessKeyId, ...scope].join("/"))}`,
    `X-Amz-Date=${timestamp}`,
    `X-Amz-Expires=${String(expiresInSeconds)}`,
    "X-Amz-SignedHeaders=host",
  ].join("&");
  const canonicalRequest = ["GET", path, query, `host:${host}`, "", "host", await sha256("")].join("\n");
  const textToSign = [algorithm, timestamp, scope.join("/"), await sha256(canonicalRequest)].join("\n");

  let key = encode(`AWS4${credentials.secretAccessKey}`);
  for (const part of scope) {
    key = await hmac(key, part);
  }
  const signature = toHex(await hmac(key, textToSign));
  const { sessionToken = "" } = credentials;
  const token = sessionToken === "" ? "" : `&X-Amz-Security-Token=${escape(sessionToken)}`;
  return `wss://${host}${path}?${query}&X-Amz-Signature=${signature}${token}`;
}

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Like `encodeURIComponent`, which leaves a few characters as they are that AWS wants escaped. */
const escape = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

async function sha256(text: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", encode(text))));
}

async function hmac(secret: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, encode(text)));
}
