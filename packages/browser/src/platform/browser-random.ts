import type { Random } from "@mqtt5/core/adapter";

/**
 * Returns the random numbers of the browser. Every browser has a cryptographic source, also in a page without TLS; some
 * other JavaScript engines with a WebSocket have none.
 */
export function makeBrowserRandom(): Random {
  return {
    number: () => Math.random(),
    bytes: typeof crypto === "object" ? (count) => crypto.getRandomValues(new Uint8Array(count)) : undefined,
  };
}
