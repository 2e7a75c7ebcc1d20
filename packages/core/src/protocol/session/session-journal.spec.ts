import { describe, expect, test } from "@jest/globals";
import type { StoreChange } from "../../ports/session-store.js";
import type { StoreErrorOf } from "./journal.js";
import { RequestOperation } from "./operation.js";
import { SessionJournal } from "./session-journal.js";

const finished = (sequence: number): StoreChange => ({ type: "finished", sequence });
const sending = (sequence: number): StoreChange => ({ type: "sending", sequence, packetId: 1 });
const full = new Error("disk full");

/** The names of the writes, in the order in which they are let through. */
function holding(journal: SessionJournal): { readonly written: string[]; readonly hold: (name: string) => void } {
  const written: string[] = [];
  return {
    written,
    hold: (name) => {
      journal.hold((now) => written.push(`${name} at ${String(now)}`));
    },
  };
}

/** Those of the operations 1 to 3 that the store failed on, each with its error. */
function failing(journal: SessionJournal, now: number, number: number): string[] {
  const lost: string[] = [];
  journal.handleStoreFailed(now, { number, cause: full }, (errorOf: StoreErrorOf) => {
    for (const id of [1, 2, 3]) {
      const identity = { id, size: 0, timeoutMs: Infinity, now: 0 };
      const error = errorOf(new RequestOperation(identity, { type: "subscribe", packetId: 0, subscriptions: [] }));
      lost.push(...(error === undefined ? [] : [`${String(id)} ${error.code} ${String(error.cause === full)}`]));
    }
  });
  return lost;
}

describe("SessionJournal", () => {
  test("gathers what is recorded until it is asked, and numbers the batches", () => {
    const journal = new SessionJournal();
    expect(journal.isKept()).toBe(true);
    journal.record(finished(1));
    journal.record(finished(2));
    expect(journal.isKept()).toBe(false);
    expect(journal.poll()).toEqual({ number: 1, changes: [finished(1), finished(2)] });
    expect(journal.isKept()).toBe(false);
    journal.handleStored(0, 1);
    expect([journal.isKept(), journal.poll()]).toEqual([true, undefined]);
  });

  test("gives one batch at a time, and lets through what rests on those that are stored", () => {
    const journal = new SessionJournal();
    const { written, hold } = holding(journal);
    journal.record(finished(1));
    hold("a");
    journal.poll();
    journal.record(finished(2));
    hold("b");
    expect(journal.poll()).toBeUndefined();
    journal.handleStored(5, 1);
    expect([journal.isKept(), written]).toEqual([false, ["a at 5"]]);
    expect(journal.poll()?.number).toBe(2);
    journal.handleStored(6, 1);
    expect(written).toEqual(["a at 5"]);
    journal.handleStored(7, 2);
    expect(written).toEqual(["a at 5", "b at 7"]);
  });

  test("forgets what it holds at the end of the connection", () => {
    const journal = new SessionJournal();
    const { written, hold } = holding(journal);
    journal.record(finished(1));
    hold("a");
    journal.dropHeld();
    journal.poll();
    journal.handleStored(5, 1);
    expect(written).toEqual([]);
  });

  test("fails what could not be kept, and repeats what is no admission, in order, with what comes next", () => {
    const journal = new SessionJournal();
    const { written, hold } = holding(journal);
    journal.record(sending(1));
    journal.record(finished(2));
    hold("a");
    journal.poll();
    journal.record(finished(3));
    expect(failing(journal, 0, 1)).toEqual(["1 STORE_FAILED true", "2 STORE_FAILED true"]);
    expect(journal.poll()).toEqual({ number: 2, changes: [finished(2), finished(3)] });
    expect(written).toEqual([]);
    journal.handleStored(4, 2);
    expect(written).toEqual(["a at 4"]);
  });

  test("with nothing new waits a second before it tries again", () => {
    const journal = new SessionJournal();
    journal.record(finished(1));
    journal.poll();
    failing(journal, 5_000, 1);
    expect([journal.poll(), journal.nextDeadline]).toEqual([undefined, 6_000]);
    journal.handleTimeout(5_999);
    expect(journal.poll()).toBeUndefined();
    journal.handleTimeout(6_000);
    expect([journal.nextDeadline, journal.poll()]).toEqual([Infinity, { number: 2, changes: [finished(1)] }]);
  });

  test("a failed admission is not repeated, and nothing waits for it", () => {
    const journal = new SessionJournal();
    const { written, hold } = holding(journal);
    journal.record(sending(1));
    hold("a");
    journal.poll();
    expect(failing(journal, 3, 1)).toEqual(["1 STORE_FAILED true"]);
    expect([journal.poll(), journal.nextDeadline, journal.isKept(), written]).toEqual([
      undefined,
      Infinity,
      true,
      ["a at 3"],
    ]);
  });
});
