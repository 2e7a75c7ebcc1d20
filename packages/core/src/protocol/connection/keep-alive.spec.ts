import { describe, expect, test } from "@jest/globals";
import { KeepAlive } from "./keep-alive.js";

const limits = { intervalMs: 10_000, pingTimeoutMs: 30_000 };
const punctual = (): boolean => false;

describe("KeepAlive", () => {
  test.each([
    [10_000, 9_000],
    [60_000, 54_000],
    [500, 400],
  ])("with %i ms a PINGREQ is due after %i ms without a packet", (intervalMs, due) => {
    const keepAlive = new KeepAlive({ intervalMs, pingTimeoutMs: 30_000 }, 0, punctual);
    expect(keepAlive.nextDeadline).toBe(due);
    expect(keepAlive.isPingDue(due - 1)).toBe(false);
    expect(keepAlive.isPingDue(due)).toBe(true);
  });

  test.each([
    [10_000, 30_000, 5_000],
    [120_000, 30_000, 30_000],
    [0, 30_000, 30_000],
  ])("interval %i and pingTimeoutMs %i give PINGRESP %i ms", (intervalMs, pingTimeoutMs, expected) => {
    expect(new KeepAlive({ intervalMs, pingTimeoutMs }, 0, punctual).timeoutMs).toBe(expected);
  });

  test("where wake-ups may be late, it is due after half the interval", () => {
    let isThrottled = true;
    const keepAlive = new KeepAlive(limits, 0, () => isThrottled);
    expect(keepAlive.nextDeadline).toBe(5_000);
    expect(keepAlive.isPingDue(4_999)).toBe(false);
    expect(keepAlive.isPingDue(5_000)).toBe(true);
    isThrottled = false;
    expect(keepAlive.isPingDue(5_000)).toBe(false);
  });

  test("what was sent alone does not put the PINGREQ off: nothing was received", () => {
    const keepAlive = new KeepAlive(limits, 0, punctual);
    keepAlive.handleSent(8_000, false);
    expect(keepAlive.nextDeadline).toBe(9_000);
  });

  test("what was received alone does not put the PINGREQ off: nothing was sent", () => {
    const keepAlive = new KeepAlive(limits, 0, punctual);
    keepAlive.handleReceived(8_000);
    expect(keepAlive.nextDeadline).toBe(9_000);
  });

  test("both together do", () => {
    const keepAlive = new KeepAlive(limits, 0, punctual);
    keepAlive.handleSent(7_000, false);
    keepAlive.handleReceived(8_000);
    expect(keepAlive.nextDeadline).toBe(16_000);
  });

  test("one PINGREQ at a time, unless nothing was sent for an interval", () => {
    const keepAlive = new KeepAlive(limits, 0, punctual);
    keepAlive.handlePingSent(9_000);
    keepAlive.requestPing();
    keepAlive.handleSent(9_000, false);
    expect(keepAlive.isPingDue(17_999)).toBe(false);
    keepAlive.handlePingresp();
    expect(keepAlive.isPingDue(18_000)).toBe(true);
  });

  test("MQTT-3.1.2-20: a wait that is longer than the interval has a PINGREQ in each interval", () => {
    const keepAlive = new KeepAlive({ ...limits, isPingTimeoutGiven: true }, 0, punctual);
    keepAlive.handlePingSent(9_000);
    keepAlive.handleSent(9_000, false);
    expect([keepAlive.timeoutMs, keepAlive.nextDeadline]).toEqual([30_000, 18_000]);
    keepAlive.handlePingSent(18_000);
    keepAlive.handleSent(18_000, false);
    keepAlive.handlePingSent(27_000);
    keepAlive.handleSent(27_000, false);
    expect([keepAlive.isPeerGone(38_999), keepAlive.isPeerGone(39_000)]).toEqual([false, true]);
  });

  test("the peer is gone when the answer is overdue", () => {
    const keepAlive = new KeepAlive(limits, 0, punctual);
    keepAlive.handlePingSent(9_000);
    expect(keepAlive.nextDeadline).toBe(14_000);
    expect(keepAlive.isPeerGone(13_999)).toBe(false);
    expect(keepAlive.isPeerGone(14_000)).toBe(true);
  });

  test("packets that arrive do not stand for the answer", () => {
    const keepAlive = new KeepAlive(limits, 0, punctual);
    keepAlive.handlePingSent(9_000);
    keepAlive.handleReceived(13_000);
    expect(keepAlive.isPeerGone(14_000)).toBe(true);
  });

  test("bytes inside an unfinished packet extend the wait: the answer is stuck behind them", () => {
    const keepAlive = new KeepAlive(limits, 0, punctual);
    keepAlive.handlePingSent(9_000);
    keepAlive.handleReceiving(13_000, 1_024);
    expect(keepAlive.isPeerGone(17_999)).toBe(false);
    expect(keepAlive.isPeerGone(18_000)).toBe(true);
  });

  test("scenario 31: a check that comes much too late waits a moment for what has arrived meanwhile", () => {
    const keepAlive = new KeepAlive(limits, 0, punctual);
    keepAlive.handlePingSent(9_000);
    expect(keepAlive.isPeerGone(74_000)).toBe(false);
    keepAlive.handlePingresp();
    expect(keepAlive.isPeerGone(75_000)).toBe(false);
  });

  test("scenario 30: a dead peer is found though every check comes a minute late", () => {
    const keepAlive = new KeepAlive(limits, 0, punctual);
    keepAlive.handlePingSent(9_000);
    expect(keepAlive.isPeerGone(74_000)).toBe(false);
    expect(keepAlive.isPeerGone(134_000)).toBe(true);
  });

  test("the moment is granted anew for the next PINGREQ", () => {
    const keepAlive = new KeepAlive(limits, 0, punctual);
    keepAlive.handlePingSent(9_000);
    keepAlive.isPeerGone(74_000);
    keepAlive.handlePingresp();
    keepAlive.handlePingSent(80_000);
    expect(keepAlive.isPeerGone(150_000)).toBe(false);
  });

  test("interval 0 pings on request alone", () => {
    const keepAlive = new KeepAlive({ ...limits, intervalMs: 0 }, 0, punctual);
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
      const keepAlive = new KeepAlive(limits, 0, punctual);
      keepAlive.handleSent(1_000, true);
      expect(keepAlive.nextDeadline).toBe(16_000);
      expect(keepAlive.isPeerGone(15_999)).toBe(false);
      expect(keepAlive.isPeerGone(16_000)).toBe(true);
    });

    test("one that says something, or takes something, is not", () => {
      const keepAlive = new KeepAlive(limits, 0, punctual);
      keepAlive.handleSent(1_000, true);
      keepAlive.handleReceived(12_000);
      expect(keepAlive.isPeerGone(16_000)).toBe(false);
      keepAlive.handleSent(20_000, false);
      expect(keepAlive.isPeerGone(40_000)).toBe(false);
    });

    test("interval 0 bears it for ever", () => {
      const keepAlive = new KeepAlive({ ...limits, intervalMs: 0 }, 0, punctual);
      keepAlive.handleSent(0, true);
      expect([keepAlive.nextDeadline, keepAlive.isPeerGone(1e9)]).toEqual([Infinity, false]);
    });

    test("scenario 31: a check that comes much too late waits a moment here too", () => {
      const keepAlive = new KeepAlive(limits, 0, punctual);
      keepAlive.handleSent(1_000, true);
      expect(keepAlive.isPeerGone(600_000)).toBe(false);
      expect(keepAlive.nextDeadline).toBe(601_000);
      expect(keepAlive.isPeerGone(601_000)).toBe(true);
    });
  });

  describe("on a slow line", () => {
    test("a trickle of less than 1 KiB in an interval extends nothing", () => {
      const keepAlive = new KeepAlive(limits, 0, punctual);
      keepAlive.handleSent(8_000, false);
      for (let now = 300; now < 9_000; now += 300) {
        keepAlive.handleReceiving(now, 1);
      }
      expect(keepAlive.nextDeadline).toBe(9_000);
      keepAlive.handlePingSent(9_000);
      for (let now = 9_000; now < 14_000; now += 300) {
        keepAlive.handleReceiving(now, 30);
      }
      expect(keepAlive.isPeerGone(14_000)).toBe(true);
    });

    test("the bytes of earlier intervals do not add up", () => {
      const keepAlive = new KeepAlive(limits, 0, punctual);
      keepAlive.handlePingSent(9_000);
      keepAlive.handleReceiving(2_000, 1_000);
      keepAlive.handleReceiving(12_001, 1_000);
      expect(keepAlive.isPeerGone(14_000)).toBe(true);
    });

    test("above the high-water mark, each part of the write that the network takes is a sign of life", () => {
      const keepAlive = new KeepAlive(limits, 0, punctual);
      keepAlive.handleSent(0, true);
      for (let now = 10_000; now <= 100_000; now += 10_000) {
        expect(keepAlive.isPeerGone(now)).toBe(false);
        keepAlive.handleSending(now, 65_536);
      }
      // 10 parts of 64 KiB at 64 KiB in 10 s: the network may need 100 s for what it holds.
      expect([keepAlive.isPeerGone(214_000), keepAlive.isPeerGone(215_000)]).toEqual([false, true]);
    });

    test("behind a large write, a PINGRESP has the time that the network needs, at most for 8 MiB", () => {
      const keepAlive = new KeepAlive(limits, 0, punctual);
      keepAlive.handleSent(0, true);
      keepAlive.handleSending(50, 4_000_000); // into the buffers
      for (let now = 1_000; now <= 20_000; now += 1_000) {
        keepAlive.handleSending(now, 500_000);
      }
      keepAlive.handleSent(20_000, false);
      keepAlive.handlePingSent(20_000);
      const drainedAt = 20_000 + 8_388_608 / 500;
      expect(keepAlive.isPeerGone(drainedAt + 4_999)).toBe(false);
      expect(keepAlive.isPeerGone(drainedAt + 5_000)).toBe(true);
    });

    test("what fills the buffers of a busy browser for half a second says nothing about the rate of the line", () => {
      const keepAlive = new KeepAlive(limits, 0, punctual);
      keepAlive.handleSent(0, true);
      for (const now of [150, 320, 500]) {
        keepAlive.handleSending(now, 1_400_000);
      }
      keepAlive.handleSending(2_500, 800_000); // the buffers had room again
      keepAlive.handleSending(4_500, 800_000);
      keepAlive.handleSent(4_500, false);
      keepAlive.handlePingSent(6_000);
      const drainedAt = 4_500 + 5_800_000 / 400;
      expect(keepAlive.isPeerGone(drainedAt + 4_999)).toBe(false);
      expect(keepAlive.isPeerGone(drainedAt + 5_000)).toBe(true);
    });

    test("a PINGRESP says that what was written before the PINGREQ has arrived, and no more", () => {
      const keepAlive = new KeepAlive(limits, 0, punctual);
      keepAlive.handleSending(0, 2_621_440); // 10 s at the assumed rate
      keepAlive.handlePingSent(0);
      keepAlive.handlePingresp();
      keepAlive.handlePingSent(1_000);
      expect(keepAlive.isPeerGone(6_000)).toBe(true);
      keepAlive.handleSending(6_000, 2_621_440);
      keepAlive.handlePingresp();
      keepAlive.handlePingSent(7_000);
      expect([keepAlive.isPeerGone(20_999), keepAlive.isPeerGone(21_000)]).toEqual([false, true]);
    });
  });
});
