import { describe, expect, test } from "@jest/globals";
import type { StoreChange } from "../ports/session-store.js";
import { SessionJournal } from "./session-journal.js";

const finished = (sequence: number): StoreChange => ({ type: "finished", sequence });
const sending = (sequence: number): StoreChange => ({ type: "sending", sequence, packetId: 1 });

describe("SessionJournal", () => {
  test("records nothing without a store, and everything counts as stored", () => {
    const journal = new SessionJournal(false);
    journal.record(finished(1));
    expect([journal.poll(), journal.horizon, journal.isStored(journal.horizon)]).toEqual([undefined, 0, true]);
  });

  test("gathers what is recorded until it is asked, and numbers the batches", () => {
    const journal = new SessionJournal(true);
    journal.record(finished(1));
    journal.record(finished(2));
    expect(journal.horizon).toBe(1);
    expect(journal.isStored(1)).toBe(false);
    expect(journal.poll()).toEqual({ number: 1, changes: [finished(1), finished(2)] });
    expect(journal.isStored(1)).toBe(false);
    journal.handleStored(1);
    expect([journal.isStored(1), journal.horizon, journal.poll()]).toEqual([true, 1, undefined]);
  });

  test("gives one batch at a time", () => {
    const journal = new SessionJournal(true);
    journal.record(finished(1));
    journal.poll();
    journal.record(finished(2));
    expect([journal.poll(), journal.horizon]).toEqual([undefined, 2]);
    journal.handleStored(1);
    expect([journal.isStored(1), journal.isStored(2)]).toEqual([true, false]);
    expect(journal.poll()?.number).toBe(2);
  });

  test("gives back what failed, and repeats what is no admission, in order, with what comes next", () => {
    const journal = new SessionJournal(true);
    journal.record(sending(1));
    journal.record(finished(2));
    journal.poll();
    journal.record(finished(3));
    expect(journal.handleStoreFailed(0, 1)).toEqual([sending(1), finished(2)]);
    expect(journal.poll()).toEqual({ number: 2, changes: [finished(2), finished(3)] });
  });

  test("with nothing new waits a second before it tries again", () => {
    const journal = new SessionJournal(true);
    journal.record(finished(1));
    journal.poll();
    journal.handleStoreFailed(5_000, 1);
    expect([journal.poll(), journal.nextDeadline]).toEqual([undefined, 6_000]);
    journal.handleTimeout(5_999);
    expect(journal.poll()).toBeUndefined();
    journal.handleTimeout(6_000);
    expect([journal.nextDeadline, journal.poll()]).toEqual([Infinity, { number: 2, changes: [finished(1)] }]);
  });

  test("a failed admission is not repeated", () => {
    const journal = new SessionJournal(true);
    journal.record(sending(1));
    journal.poll();
    journal.handleStoreFailed(0, 1);
    expect([journal.poll(), journal.nextDeadline, journal.isStored(journal.horizon)]).toEqual([
      undefined,
      Infinity,
      true,
    ]);
  });
});
