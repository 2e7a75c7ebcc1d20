import type { Authentication } from "../client/connecting/authentication.js";
import { checkInteger, checkObject, type ChecksOf, checkString } from "../client/options/checks.js";
import { MqttError } from "../errors.js";
import { saslprep } from "./saslprep.js";
import { encodeBase64, ScramExchange } from "./scram-exchange.js";
import type { ScramPlatform } from "./scram-platform.js";

/** Who authenticates with SCRAM. */
export interface ScramOptions {
  /** Prepared with SASLprep, but for its check of text that runs in both directions. */
  readonly username: string;
  /** Likewise. It is never sent. */
  readonly password: string;
  /** A server that asks for fewer is refused; at least 1, default 4 096 (RFC 7677). */
  readonly minimumIterations?: number;
  /** A server that asks for more is refused; at most 2 147 483 647, default 1 000 000. */
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
 * SCRAM-SHA-256 (RFC 5802, RFC 7677) for the option `authentication`: neither side sends the password, and each proves to
 * the other that it knows it. Without channel binding; use it over TLS. Make one for each client.
 *
 * Throws an `InvalidArgumentError` for an option that cannot be used, and an `MqttError` where `crypto.subtle` is missing,
 * which a browser has in a secure context only.
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
