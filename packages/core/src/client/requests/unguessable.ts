/** Values that nobody can guess from earlier ones, such as the correlation data of requests. */

import type { Logger } from "../../ports/logger.js";
import type { Random } from "../../ports/random.js";

/** The number of random bytes in a value: 128 bits. */
const byteCount = 16;

/** The sources without cryptography whose warning is logged already. */
const warned = /* @__PURE__ */ new WeakSet<Random>();

/** Returns a new value: 32 hexadecimal digits. */
export function makeUnguessable(random: Random, logger: Logger): string {
  const bytes = random.bytes?.(byteCount) ?? guessableBytes(random, logger);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function guessableBytes(random: Random, logger: Logger): Uint8Array {
  if (!warned.has(random)) {
    warned.add(random);
    logger.warn(
      "this platform has no cryptographic random numbers (crypto.getRandomValues): others may guess the correlation " +
        "data of requests. Use a response topic that no other client can publish to",
    );
  }
  return Uint8Array.from({ length: byteCount }, () => random.number() * 256);
}
