/** Methods of enhanced authentication, for the client option `authentication`. */

import type { Authentication } from "@mqtt5/core";
import { makeScramSha256, type ScramOptions } from "@mqtt5/core/authentication";

export type { ScramOptions } from "@mqtt5/core/authentication";

/**
 * Makes the authentication method SCRAM-SHA-256 (RFC 5802, RFC 7677) for the client option `authentication`. Neither
 * side sends the password, and each proves to the other that it knows it. There is no channel binding, so use it over
 * TLS. Each client needs one of its own.
 *
 * See [section 4.12](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901256).
 *
 * @throws InvalidArgumentError if an option cannot be used.
 * @throws MqttError with the code `AUTHENTICATION_FAILED` if the page is no secure context, as it has no
 *   `crypto.subtle`.
 *
 * @example
 * ```ts
 * import { Mqtt5Client } from "@mqtt5/browser";
 * import { scramSha256 } from "@mqtt5/browser/authentication";
 *
 * const authentication = scramSha256({ username: "boiler-7", password });
 * const client = new Mqtt5Client({ url: "wss://broker.example", authentication });
 * ```
 */
export function scramSha256(options: ScramOptions): Authentication {
  return makeScramSha256(options, {
    subtle: crypto.subtle,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  });
}
