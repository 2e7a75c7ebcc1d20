/** What is wrong with a connection: drawn from a seed and the connection's number, so that a run can be repeated. */

import { seededRandom } from "../support/random.js";

export const directions = ["toServer", "toClient"] as const;
export type Direction = (typeof directions)[number];

/**
 * How a connection ends.
 *
 * - `reset`: both sides learn it at once
 * - `end`: in order, as far as TCP can tell
 * - `halfOpen`: the server learns it; the client hears nothing any more
 * - `silence`: nobody learns it, and nothing arrives any more
 */
export const cuts = ["reset", "end", "halfOpen", "silence"] as const;
export type Cut = (typeof cuts)[number];

/** Which pieces the bytes arrive in. */
export type Slicing = "asTheyCome" | "oneByte" | "random";

export interface FaultPlan {
  readonly cut: Cut;
  /** The connection is cut when so many bytes have passed in this direction. */
  readonly direction: Direction;
  readonly cutAfterBytes: number;
  /** Whether the cut waits, beyond that, until an exchange stands between PUBREC and PUBCOMP. */
  readonly isAimed: boolean;
  /** Nothing passes in this direction for a while after so many bytes; 0 for never. */
  readonly stallMs: number;
  readonly stallAfterBytes: number;
  readonly delayMs: number;
  readonly slicing: Slicing;
}

const leastBytes = 16;
const mostBytes = 4_096;

/** Longer than a keep-alive of a second bears at times. */
const longestStallMs = 1_200;
const longestDelayMs = 15;

/** Far apart in the generator's state, whatever the numbers are. */
export function connectionRandom(seed: number, connection: number): () => number {
  return seededRandom(seed + Math.imul(connection, 0x9e3779b1));
}

export function drawFaultPlan(random: () => number): FaultPlan {
  // Small numbers as often as large ones, so that the handshake has its share.
  const bytes = (): number => Math.floor(leastBytes * (mostBytes / leastBytes) ** random());
  // What only time can find takes more than a second each.
  const isQuick = random() < 0.85;
  const cut = pick(isQuick ? (["reset", "end"] as const) : (["halfOpen", "silence"] as const), random);
  return {
    cut,
    direction: pick(directions, random),
    cutAfterBytes: bytes(),
    isAimed: random() < 0.5,
    stallMs: random() < 0.15 ? random() * longestStallMs : 0,
    stallAfterBytes: bytes(),
    delayMs: random() < 0.3 ? random() * longestDelayMs : 0,
    slicing: pick(["asTheyCome", "oneByte", "random"] as const, random),
  };
}

function pick<Value>(values: readonly [Value, ...Value[]], random: () => number): Value {
  return values[Math.floor(random() * values.length)] ?? values[0];
}
