/**
 * The methods of enhanced authentication, for the client option `authentication`. They have an entry of their own: if
 * you do not import it, it is not in your bundle.
 */

import type { Authentication } from "@mqtt5/core";
import { makeScramSha256, type ScramOptions } from "@mqtt5/core/authentication";

export type { ScramOptions } from "@mqtt5/core/authentication";

/**
 * Creates the authentication method SCRAM-SHA-256 (RFC 5802, RFC 7677), for the client option `authentication`.
 *
 * The password is never sent. Client and server each prove that they know it. There is no channel binding, so use it
 * over TLS. Create one for each client.
 *
 * See [section 4.12](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901256).
 *
 * @throws {InvalidArgumentError} An option is missing, unknown or out of range.
 *
 * @example
 * ```ts
 * import { Mqtt5Client } from "@mqtt5/node";
 * import { scramSha256 } from "@mqtt5/node/authentication";
 *
 * const authentication = scramSha256({ username: "boiler-7", password: "secret" });
 * const client = new Mqtt5Client({ url: "mqtts://broker.example", authentication });
 * ```
 */
export function scramSha256(options: ScramOptions): Authentication {
  return makeScramSha256(options, {
    subtle: crypto.subtle,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  });
}
