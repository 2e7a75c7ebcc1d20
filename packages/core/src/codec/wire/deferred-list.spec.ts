import { describe, expect, jest, test } from "@jest/globals";
import { defer, DeferredList, deferredList, numberBytes, shareDeferred } from "./deferred-list.js";

const entries = [3, 1, 2];

/** An object as a decoder makes it, with a list that is not built yet. */
function makeHolder(build: () => readonly number[] = () => entries) {
  const holder: { readonly type: string; reasonCodes?: readonly number[] } = { type: "suback" };
  defer(holder, "reasonCodes", new DeferredList(entries.length, numberBytes, build));
  return holder;
}

describe("a deferred list", () => {
  test("is built at the first reading, and once", () => {
    const build = jest.fn(() => entries);
    const holder = makeHolder(build);
    expect(Object.keys(holder)).toEqual(["type", "reasonCodes"]);
    expect("reasonCodes" in holder).toBe(true);
    expect(deferredList(holder, "reasonCodes")?.length).toBe(3);
    expect(build).not.toHaveBeenCalled();
    expect(holder.reasonCodes).toBe(entries);
    expect(holder.reasonCodes).toBe(entries);
    expect(build).toHaveBeenCalledTimes(1);
  });

  test.each<readonly [way: string, copy: (holder: object) => unknown]>([
    ["is equal to a plain list", (holder) => holder],
    ["is spread as one", (holder) => ({ ...holder })],
    ["is assigned as one", (holder) => Object.assign({}, holder)],
    ["becomes the same JSON", (holder) => JSON.parse(JSON.stringify(holder)) as unknown],
    ["is cloned as one", (holder) => structuredClone(holder)],
    ["can be frozen", (holder) => Object.freeze(holder)],
  ])("%s", (_way, copy) => {
    expect(copy(makeHolder())).toStrictEqual({ type: "suback", reasonCodes: entries });
  });

  test("is shared unbuilt", () => {
    const build = jest.fn(() => entries);
    const holder = makeHolder(build);
    const other: { reasonCodes?: readonly number[] } = {};
    expect(shareDeferred(holder, other, "reasonCodes")).toBe(true);
    expect(shareDeferred(holder, other, "userProperties")).toBe(false);
    expect(shareDeferred({ reasonCodes: [] }, other, "reasonCodes")).toBe(false);
    expect(build).not.toHaveBeenCalled();
    expect(other.reasonCodes).toBe(holder.reasonCodes);
    expect(build).toHaveBeenCalledTimes(1);
  });

  test("is not built beyond 256 MiB, and says which option helps", () => {
    const build = jest.fn(() => entries);
    const list = (length: number) => new DeferredList(length, numberBytes, build);
    expect(list(33_554_432).entries()).toBe(entries);
    expect(() => list(33_554_433).entries()).toThrow(RangeError);
    expect(() => list(33_554_433).entries()).toThrow("connectOptions.maximumPacketSize");
    expect(build).toHaveBeenCalledTimes(1);
  });
});
