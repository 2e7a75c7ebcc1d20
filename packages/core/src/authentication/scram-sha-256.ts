import type { Authentication } from "../client/connecting/authentication.js";
import { checkInteger, checkObject, type ChecksOf, checkString } from "../client/options/checks.js";
import { MqttError } from "../errors.js";
import { saslprep } from "./saslprep.js";
import { encodeBase64, ScramExchange } from "./scram-exchange.js";
import type { ScramPlatform } from "./scram-platform.js";

/** The options of SCRAM-SHA-256. */
export interface ScramOptions {
  /** The user name. SASLprep prepares it, without the check of text that runs in both directions. */
  readonly username: string;
  /** The password, which is never sent. SASLprep prepares it in the same way. */
  readonly password: string;
  /** The fewest iterations that a server may ask for: 1 to 2,147,483,647. Default: 4,096, as in RFC 7677. */
  readonly minimumIterations?: number;
  /** The most iterations that a server may ask for: 1 to 2,147,483,647. Default: 1,000,000. */
  readonly maximumIterations?: number;
}

const nonceBytes = 18;
const largestIterationCount = 0x7fff_ffff;

const checkScramOptions = /* @__PURE__ */ checkObject(
  {
    username: checkString,
    password: checkString,
    minimumIterations: /* @__PURE__ */ checkInteger(1, largestIterationCount),
    maximumIterations: /* @__PURE__ */ checkInteger(1, largestIterationCount),
  } satisfies ChecksOf<ScramOptions>,
  "username",
  "password",
);

/**
 * Makes the authentication method SCRAM-SHA-256 (RFC 5802, RFC 7677) for the client option `authentication`, on any
 * platform. Neither side sends the password, and each proves to the other that it knows it. There is no channel
 * binding, so use it over TLS. Each client needs one of its own.
 *
 * See [section 4.12](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901256).
 *
 * @throws {InvalidArgumentError} An option is missing, unknown or out of range.
 * @throws {MqttError} The platform has no `crypto.subtle`. The code is `AUTHENTICATION_FAILED`.
 */
export function makeScramSha256(options: ScramOptions, platform: ScramPlatform): Authentication {
  checkScramOptions(options, "");
  const { subtle } = platform;
  if (!subtle) {
    const message = "there is no crypto.subtle: a page needs a secure context (https) for it";
    throw new MqttError("AUTHENTICATION_FAILED", message);
  }
  const { minimumIterations = 4_096, maximumIterations = 1_000_000 } = options;
  const username = saslprep(options.username, "username");
  const password = saslprep(options.password, "password");
  const begin = (): ScramExchange =>
    new ScramExchange(
      subtle,
      { username, password, minimumIterations, maximumIterations },
      encodeBase64(platform.randomBytes(nonceBytes)),
    );
  let exchange = begin();
  return {
    method: "SCRAM-SHA-256",
    start: () => {
      exchange = begin();
      return { data: exchange.clientFirst };
    },
    respond: async ({ data }) => ({ data: await exchange.respond(toText(data)) }),
    verify: ({ data }) => {
      exchange.verify(toText(data));
    },
  };
}

function toText(data: Uint8Array | undefined): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(data);
}
