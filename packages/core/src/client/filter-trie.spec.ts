import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { matchesTopicFilter } from "../codec/topic.js";
import { FilterTrie } from "./filter-trie.js";

const level = fc.constantFrom("", "a", "b", "$SYS", "$", "c d");
const topics = fc
  .array(level, { minLength: 1, maxLength: 5 })
  .map((levels) => levels.join("/"))
  .filter((topic) => topic !== "");
const plainFilters = fc
  .tuple(fc.array(fc.oneof(level, fc.constant("+")), { maxLength: 4 }), fc.constantFrom("#", "+", "a", ""))
  .map(([levels, last]) => [...levels, last].join("/"))
  .filter((filter) => filter !== "");
const filters = fc.oneof(
  plainFilters,
  plainFilters.map((filter) => `$share/group/${filter}`),
);

const inOrder = (found: number[]): number[] => found.sort((one, other) => one - other);

describe("FilterTrie", () => {
  it("finds what a comparison with every filter finds (scenario 42, MQTT-4.7.2-1)", () => {
    fc.assert(
      fc.property(fc.array(filters, { maxLength: 12 }), fc.array(topics, { minLength: 1 }), (stored, asked) => {
        const trie = new FilterTrie<number>();
        stored.forEach((filter, index) => {
          trie.add(filter, index);
        });
        for (const topic of asked) {
          const expected = [...stored.keys()].filter((index) => matchesTopicFilter(stored[index] ?? "", topic));
          expect(inOrder(trie.match(topic))).toEqual(expected);
        }
      }),
    );
  });

  it("finds no more what was removed, and all that was not", () => {
    fc.assert(
      fc.property(fc.array(filters, { maxLength: 12 }), topics, fc.nat(), (stored, topic, seed) => {
        const trie = new FilterTrie<number>();
        stored.forEach((filter, index) => {
          trie.add(filter, index);
        });
        const isKept = (index: number): boolean => ((seed >> (index % 16)) & 1) === 1;
        stored.forEach((filter, index) => {
          if (!isKept(index)) {
            trie.remove(filter, index);
          }
        });
        const expected = [...stored.keys()].filter(
          (index) => isKept(index) && matchesTopicFilter(stored[index] ?? "", topic),
        );
        expect(inOrder(trie.match(topic))).toEqual(expected);
      }),
    );
  });

  it.each([
    ["#", "a/b", true],
    ["#", "$SYS/a", false],
    ["+/a", "$SYS/a", false],
    ["$SYS/#", "$SYS", true],
    ["a/#", "a", true],
    ["a/+", "a", false],
    ["a/+", "a/", true],
    ["/", "/", true],
    ["+/+", "/", true],
    ["$share/g/a/+", "a/b", true],
    ["$share/g//a", "/a", true],
  ])("%s and %s: %s", (filter, topic, matches) => {
    const trie = new FilterTrie<string>();
    trie.add(filter, "value");
    expect(trie.match(topic)).toEqual(matches ? ["value"] : []);
  });

  it("leaves no level behind", () => {
    const trie = new FilterTrie<number>();
    trie.add("a/b/c", 1);
    trie.add("a/b", 2);
    trie.remove("a/b/c", 1);
    trie.remove("a/b/c", 1);
    trie.remove("x/y", 1);
    expect([trie.match("a/b/c"), trie.match("a/b")]).toEqual([[], [2]]);
  });
});
