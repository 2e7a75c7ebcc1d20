/** Methods of enhanced authentication, for the client option `authentication`; what is not imported is not shipped. */

import type { Authentication } from "@mqtt5/core";
import { makeScramSha256, type ScramOptions } from "@mqtt5/core/authentication";

export type { ScramOptions } from "@mqtt5/core/authentication";

/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677) for the option `authentication`: the password is never sent, and each side proves to
 * the other that it knows it. Without channel binding; use it over TLS. Make one for each client.
 *
 * Throws an `InvalidArgumentError` for an option that cannot be used, and an `MqttError` in a page that is no secure context:
 * it has no `crypto.subtle`.
 */
export function scramSha256(options: ScramOptions): Authentication {
  return makeScramSha256(options, {
    subtle: crypto.subtle,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  });
}
