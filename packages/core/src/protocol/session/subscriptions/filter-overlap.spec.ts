import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isValidTopicFilter, matchesTopicFilter } from "../../../codec/topic.js";
import { DisjointFilters } from "./filter-overlap.js";

function overlap(one: string, other: string): boolean {
  const filters = new DisjointFilters();
  expect(filters.add(one)).toBe(true);
  return !filters.add(other);
}

describe("two filters", () => {
  test.each([
    ["a", "a"],
    ["a/+", "a/b"],
    ["a/+", "+/b"],
    ["a/#", "a"],
    ["a/#", "a/b/c"],
    ["#", "a/+"],
    ["+/#", "a"],
    ["a/#", "+"],
    ["$share/g/a", "a"],
    ["$share/g/a/+", "$share/h/+/b"],
    ["$SYS/#", "$SYS/+"],
  ])("%s and %s can match the same topic", (one, other) => {
    expect([overlap(one, other), overlap(other, one)]).toEqual([true, true]);
  });

  test.each([
    ["a", "b"],
    ["a", "a/b"],
    ["a/+", "a"],
    ["a/+", "b/+"],
    ["a/#", "b/#"],
    ["+", "+/+"],
    ["#", "$SYS/a"],
    ["+/a", "$SYS/a"],
    ["$share/g/a", "b"],
  ])("%s and %s cannot", (one, other) => {
    expect([overlap(one, other), overlap(other, one)]).toEqual([false, false]);
  });
});

test("a filter overlaps with others exactly where a topic matches both (property)", () => {
  const names = ["a", "b", "$x"];
  const topics = names.flatMap((one) => [
    one,
    ...names.flatMap((two) => [`${one}/${two}`, ...names.map((three) => `${one}/${two}/${three}`)]),
  ]);
  const filters = fc
    .array(fc.constantFrom("a", "b", "$x", "+", "#"), { minLength: 1, maxLength: 3 })
    .map((levels) => levels.join("/"))
    .filter(isValidTopicFilter);
  fc.assert(
    fc.property(fc.array(filters, { minLength: 1, maxLength: 6 }), (all) => {
      const kept = new DisjointFilters();
      const members: string[] = [];
      for (const filter of all) {
        const isTaken = topics.some(
          (topic) => matchesTopicFilter(filter, topic) && members.some((member) => matchesTopicFilter(member, topic)),
        );
        expect(kept.add(filter)).toBe(!isTaken);
        if (!isTaken) {
          members.push(filter);
        }
      }
    }),
  );
});
