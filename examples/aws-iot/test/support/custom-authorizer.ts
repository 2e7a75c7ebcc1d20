/**
 * What AWS IoT Core reads from the user name before it asks a custom authorizer: its name, the token, and the signature
 * that proves that the token comes from whom the authorizer trusts.
 */
import { createVerify } from "node:crypto";

/** A custom authorizer that has signing enabled. */
export interface Authorizer {
  readonly name: string;
  /** The parameter that carries the token. */
  readonly tokenKey: string;
  /** PEM. */
  readonly publicKey: string;
}

/** Why a user name is not let in; undefined where it is. */
export function whyNotAuthorized(username: string | undefined, authorizer: Authorizer): string | undefined {
  const [, query] = /^[^?]*\?(.*)$/.exec(username ?? "") ?? [];
  if (query === undefined) {
    return "user name without a query";
  }
  const parameters = new Map<string, string>();
  for (const each of query.split("&")) {
    const [name = "", value = ""] = each.split(/=(.*)/s);
    const text = decodeURIComponent(value);
    if (encodeURIComponent(text) !== value) {
      return `${name} is not URL-encoded`;
    }
    parameters.set(name, text);
  }
  if (parameters.get("x-amz-customauthorizer-name") !== authorizer.name) {
    return "unknown authorizer";
  }
  const token = parameters.get(authorizer.tokenKey) ?? "";
  const signature = parameters.get("x-amz-customauthorizer-signature") ?? "";
  return createVerify("RSA-SHA256").update(token).verify(authorizer.publicKey, signature, "base64")
    ? undefined
    : "signature of the token";
}
