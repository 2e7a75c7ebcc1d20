import { describe, expect, test } from "@jest/globals";
import { seededRandom } from "../../test/support/random.js";
import { Backoff, type BackoffSettings, type RetryJitterMode } from "./backoff.js";

const settings = (retryJitterMode: RetryJitterMode): BackoffSettings => ({
  minReconnectDelayMs: 1_000,
  maxReconnectDelayMs: 120_000,
  retryJitterMode,
});

const delays = (backoff: Backoff, count: number): number[] => Array.from({ length: count }, () => backoff.next());

/** The delay that wait `n` gives to each of ten thousand clients. */
function fleet(mode: RetryJitterMode, wait: number): number[] {
  const random = seededRandom(20);
  return Array.from({ length: 10_000 }, () => delays(new Backoff(settings(mode), random), wait + 1)[wait] ?? NaN);
}

/** How many of the values fall into each tenth of [from, to]. */
function histogram(values: readonly number[], from: number, to: number): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const value of values) {
    const tenth = Math.min(9, Math.floor(((value - from) / (to - from)) * 10));
    counts[tenth] = (counts[tenth] ?? NaN) + 1;
  }
  return counts;
}

/** Ten thousand even numbers put about a thousand into each tenth; 150 is five standard deviations. */
function expectEven(values: readonly number[], from: number, to: number): void {
  expect(Math.min(...values)).toBeGreaterThanOrEqual(from);
  expect(Math.max(...values)).toBeLessThanOrEqual(to);
  for (const count of histogram(values, from, to)) {
    expect(Math.abs(count - 1_000)).toBeLessThan(150);
  }
}

describe("Backoff", () => {
  test("without jitter doubles from the shortest delay to the longest, and stays there", () => {
    const backoff = new Backoff(settings("none"), () => 0.5);
    expect(delays(backoff, 9)).toEqual([1e3, 2e3, 4e3, 8e3, 16e3, 32e3, 64e3, 120e3, 120e3]);
    expect(delays(backoff, 2_000).at(-1)).toBe(120_000);
  });

  test("reset begins again with the first wait", () => {
    const backoff = new Backoff(settings("none"), () => 0);
    delays(backoff, 5);
    backoff.reset();
    expect(delays(backoff, 2)).toEqual([1_000, 2_000]);
  });

  test.each([0, 1, 3, 6, 7, 12])("scenario 34: full jitter spreads wait %i of 10 000 clients evenly", (wait) => {
    expectEven(fleet("full", wait), 0, Math.min(120_000, 1_000 * 2 ** wait));
  });

  test("scenario 34: decorrelated jitter spreads the first wait of 10 000 clients evenly over [min, 3 × min]", () => {
    expectEven(fleet("decorrelated", 0), 1_000, 3_000);
  });

  test.each([0, 0.25, 0.999])("decorrelated jitter takes each delay from the one before (random %d)", (number) => {
    const backoff = new Backoff(settings("decorrelated"), () => number);
    let previous = 1_000;
    for (const delay of delays(backoff, 12)) {
      const expected = Math.min(120_000, 1_000 + number * (3 * previous - 1_000));
      expect(delay).toBeCloseTo(expected, 6);
      previous = delay;
    }
  });

  test("reset forgets the delay before", () => {
    const backoff = new Backoff(settings("decorrelated"), () => 1 - Number.EPSILON);
    delays(backoff, 6);
    backoff.reset();
    expect(backoff.next()).toBeLessThanOrEqual(3_000);
  });

  test("scenario 34: without jitter all 10 000 clients come at the same moment", () => {
    expect(new Set(fleet("none", 4))).toEqual(new Set([16_000]));
  });
});
