/** Whether the URL of an upgrade is signed as AWS IoT Core wants it, by somebody known, and still in time. */
import type { IncomingMessage } from "node:http";
import { signedParameters } from "./signature-oracle.js";

/** Temporary credentials of somebody known, and where they sign. */
export interface KnownCredentials {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const tokenName = "X-Amz-Security-Token";
const longestExpiry = 604_800;
const allowedSkewMs = 300_000;

/** Why a request is not let in; undefined where it is. */
export async function whyNotSigned(
  request: IncomingMessage,
  { region, accessKeyId, secretAccessKey, sessionToken }: KnownCredentials,
  now: Date,
): Promise<string | undefined> {
  const { host = "" } = request.headers;
  const { pathname, searchParams } = new URL(request.url ?? "/", `wss://${host}`);
  if (pathname !== "/mqtt") {
    return `path ${pathname}`;
  }
  const given = new Map(searchParams);
  if (given.get(tokenName) !== sessionToken) {
    return "session token";
  }
  given.delete(tokenName);
  const signingDate = dateOf(given.get("X-Amz-Date") ?? "");
  const expiresIn = Number(given.get("X-Amz-Expires"));
  const ageMs = now.getTime() - signingDate.getTime();
  // Also where one of them is not a number.
  if (!(ageMs >= -allowedSkewMs && expiresIn <= longestExpiry && ageMs <= expiresIn * 1_000)) {
    return "time of the signature";
  }
  const expected = await signedParameters({
    ...{ host, region, accessKeyId, secretAccessKey },
    ...{ signingDate, expiresIn },
  });
  const isAsExpected =
    given.size === expected.size && [...expected].every(([name, value]) => given.get(name) === value);
  return isAsExpected ? undefined : "signature of the URL";
}

/** A date in the short form of ISO 8601, such as 20260304T050607Z. */
function dateOf(text: string): Date {
  return new Date(text.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, "$1-$2-$3:$4:$5"));
}
