import { afterEach, expect, jest, test } from "@jest/globals";
import { makeEndOfTurn } from "./end-of-turn.js";

const globals = globalThis as { setImmediate?: unknown; MessageChannel?: unknown };
const { setImmediate: originalImmediate, MessageChannel: OriginalChannel } = globalThis;

afterEach(() => {
  globals.setImmediate = originalImmediate;
  globals.MessageChannel = OriginalChannel;
});

/** The channel of a browser, as far as it is used, without a thread behind it. */
class FakeChannel {
  static readonly posted: (() => void)[] = [];
  readonly port1: { onmessage?: () => void } = {};
  readonly port2 = { postMessage: () => void FakeChannel.posted.push(() => this.port1.onmessage?.()) };
}

test("is a message to oneself in a browser, one for each callback, in order", () => {
  globals.setImmediate = undefined;
  globals.MessageChannel = FakeChannel;
  const endOfTurn = makeEndOfTurn();
  const called: number[] = [];
  endOfTurn(() => void called.push(1));
  endOfTurn(() => void called.push(2));
  expect(called).toEqual([]);
  FakeChannel.posted.splice(0).forEach((deliver) => deliver());
  expect(called).toEqual([1, 2]);
});

test("is a timer where there is nothing better", async () => {
  globals.setImmediate = undefined;
  globals.MessageChannel = undefined;
  const callback = jest.fn();
  await new Promise<void>((resolve) => {
    makeEndOfTurn()(() => {
      callback();
      resolve();
    });
    expect(callback).not.toHaveBeenCalled();
  });
  expect(callback).toHaveBeenCalledTimes(1);
});
