import { describe, expect, test } from "@jest/globals";
import { seededRandom } from "../../../test/support/random.js";
import { MqttError } from "../../errors.js";
import { ConnectionError, ConnectRejectedError, DisconnectedError } from "../errors/connection-errors.js";
import { ReconnectSchedule, type ReconnectSettings, type RetryJitterMode } from "./reconnect-schedule.js";

const settings = {
  minReconnectDelayMs: 1_000,
  maxReconnectDelayMs: 60_000,
  retryJitterMode: "none",
  minConnectedTimeToResetReconnectDelayMs: 30_000,
  refreshesCredentials: false,
  serverCount: 1,
} as const;
const ordinary = new MqttError("CONNECTION_FAILED", "refused");
const banned = new ConnectRejectedError({ type: "connack", sessionPresent: false, reasonCode: 0x8a });

describe("ReconnectSchedule", () => {
  test("has nothing due at first", () => {
    expect(new ReconnectSchedule(settings, () => 0).nextDeadline).toBe(Infinity);
  });

  test("waits longer after each failure", () => {
    const schedule = new ReconnectSchedule(settings, () => 0);
    schedule.schedule(100, ordinary);
    expect(schedule.nextDeadline).toBe(1_100);
    schedule.schedule(2_000, ordinary);
    expect(schedule.nextDeadline).toBe(4_000);
    schedule.start();
    schedule.schedule(10_000, ordinary);
    expect(schedule.nextDeadline).toBe(11_000);
  });

  test("waits the longest delay where haste cannot help, and counts that wait too", () => {
    const schedule = new ReconnectSchedule(settings, () => 0);
    schedule.schedule(0, banned);
    expect(schedule.nextDeadline).toBe(60_000);
    schedule.schedule(60_000, ordinary);
    expect(schedule.nextDeadline).toBe(62_000);
  });

  test("can be hastened into [0, min], never put off", () => {
    const schedule = new ReconnectSchedule(settings, () => 0.5);
    for (let failures = 0; failures < 4; failures += 1) {
      schedule.schedule(0, ordinary);
    }
    schedule.hasten(100);
    expect(schedule.nextDeadline).toBe(600);
    schedule.hasten(500);
    expect(schedule.nextDeadline).toBe(600);
  });

  test.each([0x86, 0x87])(
    "with fresh credentials the first CONNACK %i since a success is retried as usual",
    (reasonCode) => {
      const refused = new ConnectRejectedError({ type: "connack", sessionPresent: false, reasonCode });
      const schedule = new ReconnectSchedule({ ...settings, refreshesCredentials: true }, () => 0);
      schedule.schedule(0, refused);
      expect(schedule.nextDeadline).toBe(1_000);
      schedule.schedule(1_000, refused);
      expect(schedule.nextDeadline).toBe(61_000);
      schedule.handleConnected();
      schedule.start();
      schedule.schedule(100_000, refused);
      expect(schedule.nextDeadline).toBe(101_000);
      schedule.schedule(200_000, banned);
      expect(schedule.nextDeadline).toBe(260_000);
    },
  );

  test("with fresh credentials a connection that the server ended for the old ones is made again as usual", () => {
    const disconnect = { type: "disconnect", reasonCode: 0x87 } as const;
    const expired = new DisconnectedError({ source: "server", message: "expired", disconnect });
    const schedule = new ReconnectSchedule({ ...settings, refreshesCredentials: true }, () => 0);
    schedule.handleConnected();
    schedule.schedule(0, expired);
    expect(schedule.nextDeadline).toBe(1_000);
    const old = new ReconnectSchedule(settings, () => 0);
    old.schedule(0, expired);
    expect(old.nextDeadline).toBe(60_000);
  });

  const upgradeRefused = new ConnectionError({ phase: "websocket", message: "401", retryable: false });

  test("with fresh credentials the first upgrade that is refused since a success is retried as usual", () => {
    const schedule = new ReconnectSchedule({ ...settings, refreshesCredentials: true }, () => 0);
    schedule.schedule(0, upgradeRefused);
    expect(schedule.nextDeadline).toBe(1_000);
    schedule.schedule(1_000, upgradeRefused);
    expect(schedule.nextDeadline).toBe(61_000);
  });

  test("without them it waits the longest delay at once, as does what they do not cure", () => {
    const old = new ReconnectSchedule(settings, () => 0);
    old.schedule(0, upgradeRefused);
    expect(old.nextDeadline).toBe(60_000);
    const fresh = new ReconnectSchedule({ ...settings, refreshesCredentials: true }, () => 0);
    fresh.schedule(0, new ConnectionError({ phase: "tls", message: "expired", retryable: false }));
    expect(fresh.nextDeadline).toBe(60_000);
  });

  test("waits as the application decides", () => {
    const schedule = new ReconnectSchedule(settings, () => 0);
    schedule.schedule(0, banned);
    schedule.decide(0, "retry");
    expect(schedule.nextDeadline).toBe(1_000);
    schedule.decide(0, { delayMs: 70_000 });
    expect(schedule.nextDeadline).toBe(70_000);
    schedule.hasten(10);
    expect(schedule.nextDeadline).toBe(10);
  });

  test("cannot be hastened where the wait spares the server", () => {
    const schedule = new ReconnectSchedule(settings, () => 0);
    schedule.schedule(0, banned);
    schedule.hasten(100);
    expect(schedule.nextDeadline).toBe(60_000);
  });
});

const backoff = (retryJitterMode: RetryJitterMode, random: () => number): ReconnectSchedule =>
  new ReconnectSchedule({ ...settings, maxReconnectDelayMs: 120_000, retryJitterMode }, random);

/** The waits after so many failures in a row. */
const delays = (schedule: ReconnectSchedule, count: number): number[] =>
  Array.from({ length: count }, () => {
    schedule.schedule(0, ordinary);
    return schedule.nextDeadline;
  });

/** The delay that wait `n` gives to each of ten thousand clients. */
function fleet(mode: RetryJitterMode, wait: number): number[] {
  const random = seededRandom(20);
  return Array.from({ length: 10_000 }, () => delays(backoff(mode, random), wait + 1)[wait] ?? NaN);
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
    const schedule = backoff("none", () => 0.5);
    expect(delays(schedule, 9)).toEqual([1e3, 2e3, 4e3, 8e3, 16e3, 32e3, 64e3, 120e3, 120e3]);
    expect(delays(schedule, 2_000).at(-1)).toBe(120_000);
  });

  test("start begins again with the first wait", () => {
    const schedule = backoff("none", () => 0);
    delays(schedule, 5);
    schedule.start();
    expect(delays(schedule, 2)).toEqual([1_000, 2_000]);
  });

  test.each([0, 1, 3, 6, 7, 12])("scenario 34: full jitter spreads wait %i of 10 000 clients evenly", (wait) => {
    expectEven(fleet("full", wait), 0, Math.min(120_000, 1_000 * 2 ** wait));
  });

  test("scenario 34: decorrelated jitter spreads the first wait of 10 000 clients evenly over [min, 3 × min]", () => {
    expectEven(fleet("decorrelated", 0), 1_000, 3_000);
  });

  test.each([0, 0.25, 0.999])("decorrelated jitter takes each delay from the one before (random %d)", (number) => {
    const schedule = backoff("decorrelated", () => number);
    let previous = 1_000;
    for (const delay of delays(schedule, 12)) {
      const expected = Math.min(120_000, 1_000 + number * (3 * previous - 1_000));
      expect(delay).toBeCloseTo(expected, 6);
      previous = delay;
    }
  });

  test("start forgets the delay before", () => {
    const schedule = backoff("decorrelated", () => 1 - Number.EPSILON);
    delays(schedule, 6);
    schedule.start();
    expect(delays(schedule, 1)[0]).toBeLessThanOrEqual(3_000);
  });

  test("scenario 34: without jitter all 10 000 clients come at the same moment", () => {
    expect(new Set(fleet("none", 4))).toEqual(new Set([16_000]));
  });
});

describe("with several servers", () => {
  const takenOver = new DisconnectedError({
    source: "server",
    message: "taken over",
    disconnect: { type: "disconnect", reasonCode: 0x8e },
  });
  const refused = new ConnectRejectedError({ type: "connack", sessionPresent: false, reasonCode: 0x86 });

  /** A schedule, and what it plans after each end of an attempt: the wait, and the place of the next server. */
  function makeRound(serverCount: number, options: Partial<ReconnectSettings> = {}, random = (): number => 0) {
    const schedule = new ReconnectSchedule({ ...settings, serverCount, ...options }, random);
    let now = 0;
    schedule.start();
    const attempt = (): number => {
      now = Math.max(now, schedule.nextDeadline < Infinity ? schedule.nextDeadline : 0);
      return schedule.handleAttempt();
    };
    attempt();
    const next = (error: MqttError, connectedMs?: number): [waitMs: number, index: number] => {
      schedule.schedule(now, error, connectedMs);
      const waitMs = schedule.nextDeadline - now;
      return [waitMs, attempt()];
    };
    return { schedule, next, now: () => now };
  }

  test("tries them in turn, and the delay grows once a round", () => {
    const { next } = makeRound(3);
    expect(Array.from({ length: 7 }, () => next(ordinary))).toEqual([
      [1_000, 1],
      [1_000, 2],
      [1_000, 0],
      [2_000, 1],
      [2_000, 2],
      [2_000, 0],
      [4_000, 1],
    ]);
  });

  test("decorrelated jitter starts each delay of a round from the last delay of the round before", () => {
    const { next } = makeRound(2, { retryJitterMode: "decorrelated" }, () => 0.5);
    expect(Array.from({ length: 5 }, () => next(ordinary)[0])).toEqual([2_000, 2_000, 3_500, 3_500, 5_750]);
  });

  test("begins with the server of the last connection: after its end, and after a start", () => {
    const { next, schedule } = makeRound(3);
    next(ordinary);
    schedule.handleConnected();
    expect(next(ordinary, 40_000)).toEqual([1_000, 1]);
    expect(next(ordinary)).toEqual([1_000, 2]);
    schedule.start();
    expect(schedule.handleAttempt()).toBe(1);
  });

  test("passes over only the server of a lasting error, until its delay is over", () => {
    const { next } = makeRound(2, { maxReconnectDelayMs: 3_500 });
    expect(next(banned)).toEqual([1_000, 1]);
    expect(next(ordinary)).toEqual([1_000, 1]); // at 2 000
    expect(next(ordinary)).toEqual([2_000, 0]); // at 4 000
    expect(next(ordinary)).toEqual([2_000, 1]);
  });

  test("waits for the first of them when all have refused", () => {
    const { next, now } = makeRound(2);
    expect(next(banned)).toEqual([1_000, 1]);
    expect(next(banned)).toEqual([59_000, 0]);
    expect(now()).toBe(60_000);
    expect(next(banned)).toEqual([2_000, 1]);
    expect(next(banned)).toEqual([58_000, 0]);
  });

  test("delays every server after a session was taken over", () => {
    const { next, schedule } = makeRound(3);
    schedule.handleConnected();
    expect(next(takenOver, 40_000)).toEqual([60_000, 0]);
    expect(next(ordinary)).toEqual([1_000, 1]);
  });

  test("counts the first refusal of credentials for each server", () => {
    const { next } = makeRound(2, { refreshesCredentials: true });
    expect(next(refused)).toEqual([1_000, 1]);
    expect(next(refused)).toEqual([1_000, 0]);
    expect(next(refused)).toEqual([2_000, 1]);
    expect(next(refused)).toEqual([58_000, 0]);
  });

  test("goes on with the list after an attempt at a server that one of them referred to", () => {
    const { schedule } = makeRound(3);
    schedule.schedule(0, ordinary);
    schedule.followReference(0);
    expect([schedule.nextDeadline, schedule.handleAttempt()]).toEqual([1_000, 0]);
    schedule.schedule(1_000, ordinary);
    expect(schedule.handleAttempt()).toBe(1);
  });

  test("follows a reference though the next server of the list is delayed", () => {
    const { schedule, next } = makeRound(2);
    next(banned);
    next(ordinary);
    schedule.schedule(2_000, ordinary);
    schedule.followReference(2_000);
    expect([schedule.nextDeadline, schedule.handleAttempt()]).toEqual([4_000, 1]);
  });

  test("cannot be hastened to a server that is to be spared, but to another one", () => {
    const { schedule } = makeRound(2);
    schedule.schedule(0, banned);
    schedule.hasten(10);
    expect([schedule.nextDeadline, schedule.handleAttempt()]).toEqual([10, 1]);
    schedule.schedule(10, banned);
    schedule.hasten(20);
    expect(schedule.nextDeadline).toBe(60_000);
  });
});
