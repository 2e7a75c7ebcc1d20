import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { matchesTopicFilter } from "../../codec/topic.js";
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

const stores = fc.uniqueArray(filters, { maxLength: 12 });

function makeTrie(stored: readonly string[]): FilterTrie {
  const trie = new FilterTrie();
  stored.forEach((filter) => {
    trie.add(filter);
  });
  return trie;
}

describe("FilterTrie", () => {
  it("finds what a comparison with every filter finds (scenario 42, MQTT-4.7.2-1)", () => {
    fc.assert(
      fc.property(stores, fc.array(topics, { minLength: 1 }), (stored, asked) => {
        const trie = makeTrie([...stored, ...stored]);
        for (const topic of asked) {
          const expected = stored.filter((filter) => matchesTopicFilter(filter, topic));
          expect(trie.match(topic).sort()).toEqual(expected.sort());
        }
      }),
    );
  });

  it("finds no more what was removed, and all that was not", () => {
    fc.assert(
      fc.property(stores, topics, fc.nat(), (stored, topic, seed) => {
        const trie = makeTrie(stored);
        const isKept = (index: number): boolean => ((seed >> (index % 16)) & 1) === 1;
        stored.forEach((filter, index) => {
          if (!isKept(index)) {
            trie.remove(filter);
          }
        });
        const expected = stored.filter((filter, index) => isKept(index) && matchesTopicFilter(filter, topic));
        expect(trie.match(topic).sort()).toEqual(expected.sort());
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
    ["$queue/a/+", "a/b", true],
    ["$queue/a/+", "$queue/a/b", true],
    ["$exclusive/#", "a", true],
    ["$exclusive/#", "$exclusive/a", true],
    ["$q//a", "/a", true],
    ["$q/$SYS/a", "$SYS/a", false],
    ["$SYS/a", "a", false],
    ["$aws/things/#", "things/a", false],
    ["$queue", "a", false],
  ])("%s and %s: %s", (filter, topic, matches) => {
    expect(makeTrie([filter]).match(topic)).toEqual(matches ? [filter] : []);
  });

  it("leaves no level behind", () => {
    const trie = makeTrie(["a/b/c", "a/b"]);
    trie.remove("a/b/c");
    trie.remove("a/b/c");
    trie.remove("x/y");
    expect([trie.match("a/b/c"), trie.match("a/b")]).toEqual([[], ["a/b"]]);
    trie.add("$queue/a/b");
    trie.remove("$queue/a/b");
    expect([trie.match("$queue/a/b"), trie.match("a/b")]).toEqual([[], ["a/b"]]);
  });
});
