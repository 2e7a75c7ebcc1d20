import { describe, expect, test } from "@jest/globals";
import { KeepAlive } from "./keep-alive.js";

const interval = 10_000;
const punctual = (): boolean => false;

describe("KeepAlive", () => {
  test.each([
    [10_000, 9_000],
    [60_000, 54_000],
    [500, 400],
  ])("with %i ms a PINGREQ is due after %i ms without a packet", (intervalMs, due) => {
    const keepAlive = new KeepAlive(intervalMs, 30_000, 0, punctual);
    expect(keepAlive.nextDeadline).toBe(due);
    expect(keepAlive.isPingDue(due - 1)).toBe(false);
    expect(keepAlive.isPingDue(due)).toBe(true);
  });

  test.each([
    [10_000, 30_000, 5_000],
    [120_000, 30_000, 30_000],
    [0, 30_000, 30_000],
  ])("interval %i and pingTimeoutMs %i give PINGRESP %i ms", (intervalMs, pingTimeoutMs, expected) => {
    expect(new KeepAlive(intervalMs, pingTimeoutMs, 0, punctual).timeoutMs).toBe(expected);
  });

  test("where wake-ups may be late, it is due after half the interval", () => {
    let isThrottled = true;
    const keepAlive = new KeepAlive(interval, 30_000, 0, () => isThrottled);
    expect(keepAlive.nextDeadline).toBe(5_000);
    expect(keepAlive.isPingDue(4_999)).toBe(false);
    expect(keepAlive.isPingDue(5_000)).toBe(true);
    isThrottled = false;
    expect(keepAlive.isPingDue(5_000)).toBe(false);
  });

  test("what was sent alone does not put the PINGREQ off: nothing was received", () => {
    const keepAlive = new KeepAlive(interval, 30_000, 0, punctual);
    keepAlive.handleSent(8_000, false);
    expect(keepAlive.nextDeadline).toBe(9_000);
  });

  test("what was received alone does not put the PINGREQ off: nothing was sent", () => {
    const keepAlive = new KeepAlive(interval, 30_000, 0, punctual);
    keepAlive.handleReceived(8_000, false);
    expect(keepAlive.nextDeadline).toBe(9_000);
  });

  test("both together do", () => {
    const keepAlive = new KeepAlive(interval, 30_000, 0, punctual);
    keepAlive.handleSent(7_000, false);
    keepAlive.handleReceived(8_000, false);
    expect(keepAlive.nextDeadline).toBe(16_000);
  });

  test("one PINGREQ at a time", () => {
    const keepAlive = new KeepAlive(interval, 30_000, 0, punctual);
    keepAlive.handlePingSent(9_000);
    keepAlive.requestPing();
    expect(keepAlive.isPingDue(20_000)).toBe(false);
    keepAlive.handlePingresp();
    expect(keepAlive.isPingDue(20_000)).toBe(true);
  });

  test("the peer is gone when the answer is overdue", () => {
    const keepAlive = new KeepAlive(interval, 30_000, 0, punctual);
    keepAlive.handlePingSent(9_000);
    expect(keepAlive.nextDeadline).toBe(14_000);
    expect(keepAlive.isPeerGone(13_999)).toBe(false);
    expect(keepAlive.isPeerGone(14_000)).toBe(true);
  });

  test("packets that arrive do not stand for the answer", () => {
    const keepAlive = new KeepAlive(interval, 30_000, 0, punctual);
    keepAlive.handlePingSent(9_000);
    keepAlive.handleReceived(13_000, false);
    expect(keepAlive.isPeerGone(14_000)).toBe(true);
  });

  test("bytes inside an unfinished packet extend the wait: the answer is stuck behind them", () => {
    const keepAlive = new KeepAlive(interval, 30_000, 0, punctual);
    keepAlive.handlePingSent(9_000);
    keepAlive.handleReceived(13_000, true);
    expect(keepAlive.isPeerGone(17_999)).toBe(false);
    expect(keepAlive.isPeerGone(18_000)).toBe(true);
  });

  test("scenario 31: a check that comes much too late waits a moment for what has arrived meanwhile", () => {
    const keepAlive = new KeepAlive(interval, 30_000, 0, punctual);
    keepAlive.handlePingSent(9_000);
    expect(keepAlive.isPeerGone(74_000)).toBe(false);
    keepAlive.handlePingresp();
    expect(keepAlive.isPeerGone(75_000)).toBe(false);
  });

  test("scenario 30: a dead peer is found though every check comes a minute late", () => {
    const keepAlive = new KeepAlive(interval, 30_000, 0, punctual);
    keepAlive.handlePingSent(9_000);
    expect(keepAlive.isPeerGone(74_000)).toBe(false);
    expect(keepAlive.isPeerGone(134_000)).toBe(true);
  });

  test("the moment is granted anew for the next PINGREQ", () => {
    const keepAlive = new KeepAlive(interval, 30_000, 0, punctual);
    keepAlive.handlePingSent(9_000);
    keepAlive.isPeerGone(74_000);
    keepAlive.handlePingresp();
    keepAlive.handlePingSent(80_000);
    expect(keepAlive.isPeerGone(150_000)).toBe(false);
  });

  test("interval 0 pings on request alone", () => {
    const keepAlive = new KeepAlive(0, 30_000, 0, punctual);
    expect(keepAlive.nextDeadline).toBe(Infinity);
    expect(keepAlive.isPingDue(1e9)).toBe(false);
    keepAlive.requestPing();
    expect(keepAlive.isPingDue(1e9)).toBe(true);
    keepAlive.handlePingSent(1e9);
    expect(keepAlive.isPeerGone(1e9 + 29_999)).toBe(false);
    expect(keepAlive.isPeerGone(1e9 + 30_000)).toBe(true);
  });

  describe("above the high-water mark", () => {
    test("a peer that takes nothing and says nothing for one and a half intervals is gone", () => {
      const keepAlive = new KeepAlive(interval, 30_000, 0, punctual);
      keepAlive.handleSent(1_000, true);
      expect(keepAlive.nextDeadline).toBe(16_000);
      expect(keepAlive.isPeerGone(15_999)).toBe(false);
      expect(keepAlive.isPeerGone(16_000)).toBe(true);
    });

    test("one that says something, or takes something, is not", () => {
      const keepAlive = new KeepAlive(interval, 30_000, 0, punctual);
      keepAlive.handleSent(1_000, true);
      keepAlive.handleReceived(12_000, false);
      expect(keepAlive.isPeerGone(16_000)).toBe(false);
      keepAlive.handleSent(20_000, false);
      expect(keepAlive.isPeerGone(40_000)).toBe(false);
    });

    test("interval 0 bears it for ever", () => {
      const keepAlive = new KeepAlive(0, 30_000, 0, punctual);
      keepAlive.handleSent(0, true);
      expect([keepAlive.nextDeadline, keepAlive.isPeerGone(1e9)]).toEqual([Infinity, false]);
    });

    test("scenario 31: a check that comes much too late waits a moment here too", () => {
      const keepAlive = new KeepAlive(interval, 30_000, 0, punctual);
      keepAlive.handleSent(1_000, true);
      expect(keepAlive.isPeerGone(600_000)).toBe(false);
      expect(keepAlive.nextDeadline).toBe(601_000);
      expect(keepAlive.isPeerGone(601_000)).toBe(true);
    });
  });
});
