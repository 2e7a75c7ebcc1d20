import { describe, expect, test } from "@jest/globals";
import {
  isSharedFilter,
  isValidTopicFilter,
  isValidTopicName,
  matchesTopicFilter,
  parseSharedFilter,
  topicFilterProblem,
  topicNameProblem,
} from "./topic.js";

const longest = "€".repeat(21_845);

describe("topic names", () => {
  test.each(["a", "/", "//", " ", "a/b/c", "$SYS/x", "$share/g/a", "\ufeff", longest])("%.20s is one", (topic) => {
    expect(isValidTopicName(topic)).toBe(true);
    expect(topicNameProblem(topic)).toBeUndefined();
  });

  test.each([
    ["MQTT-4.7.3-1", "", "at least one character long"],
    ["MQTT-3.3.2-2 MQTT-4.7.0-1", "a/+", "a topic name without wildcards"],
    ["MQTT-3.3.2-2 MQTT-4.7.0-1", "a#b", "a topic name without wildcards"],
    ["MQTT-4.7.3-2 MQTT-1.5.4-2", "a\0", "well-formed text without U+0000"],
    ["MQTT-1.5.4-1", "\ud800", "well-formed text without U+0000"],
    ["MQTT-4.7.3-3", `${longest}a`, "at most 65535 bytes long"],
  ])("%s: %.20j is none", (_statement, topic, limit) => {
    expect(isValidTopicName(topic)).toBe(false);
    expect(topicNameProblem(topic)).toBe(limit);
  });
});

describe("topic filters", () => {
  test.each([
    "#",
    "+",
    "/",
    "a/#",
    "+/a/+",
    "/+",
    "+/#",
    "$SYS/#",
    "$shared/#",
    "$share/g/#",
    "$share/g/+/a",
    "$share/g//",
    longest,
  ])("%.20s is one", (filter) => {
    expect(isValidTopicFilter(filter)).toBe(true);
    expect(topicFilterProblem(filter)).toBeUndefined();
  });

  const shared = "$share/name/filter, the name without wildcards";
  const wildcards = "a topic filter with wildcards as whole levels, # the last";
  test.each([
    ["MQTT-4.7.3-1", "", "at least one character long"],
    ["MQTT-4.7.3-2", "a/\0", "well-formed text without U+0000"],
    ["MQTT-4.7.3-3", `${longest}a`, "at most 65535 bytes long"],
    ["MQTT-4.7.1-1", "a#", wildcards],
    ["MQTT-4.7.1-1", "#/a", wildcards],
    ["MQTT-4.7.1-1", "a/#/b", wildcards],
    ["MQTT-4.7.1-1", "a/##", wildcards],
    ["MQTT-4.7.1-2", "a+", wildcards],
    ["MQTT-4.7.1-2", "+a/b", wildcards],
    ["MQTT-4.7.1-2", "a/++", wildcards],
    ["MQTT-4.8.2-1", "$share", shared],
    ["MQTT-4.8.2-1", "$share/", shared],
    ["MQTT-4.8.2-1", "$share//a", shared],
    ["MQTT-4.8.2-2", "$share/g", shared],
    ["MQTT-4.8.2-2", "$share/g+/a", shared],
    ["MQTT-4.8.2-2", "$share/#/a", shared],
    ["MQTT-4.8.2-2", "$share/g/", "at least one character long"],
    ["MQTT-4.7.1-1", "$share/g/a#", wildcards],
    ["MQTT-4.7.3-2", "$share/g\0/a", "well-formed text without U+0000"],
    ["MQTT-4.7.3-3", `$share/g/${longest}`, "at most 65535 bytes long"],
  ])("%s: %.20j is none", (_statement, filter, limit) => {
    expect(isValidTopicFilter(filter)).toBe(false);
    expect(topicFilterProblem(filter)).toBe(limit);
  });
});

describe("shared filters", () => {
  test("are taken apart", () => {
    expect(parseSharedFilter("$share/g/a/#")).toStrictEqual({ shareName: "g", topicFilter: "a/#" });
    expect(parseSharedFilter("$share/g//")).toStrictEqual({ shareName: "g", topicFilter: "/" });
    expect(isSharedFilter("$share/g/a")).toBe(true);
  });

  test.each(["a/b", "$shared/g/a", "$share/g", "$share//a", "$share/g/a#", ""])("%j is none", (filter) => {
    expect(parseSharedFilter(filter)).toBeUndefined();
  });

  test.each(["a/b", "$shared/g/a"])("%j is not taken for one", (filter) => {
    expect(isSharedFilter(filter)).toBe(false);
  });
});

describe("matching", () => {
  test.each([
    ["a", "a"],
    ["a/b", "a/b"],
    ["+", "a"],
    ["a/+", "a/"],
    ["a/+/c", "a/b/c"],
    ["a/+/c", "a//c"],
    ["+/+", "/"],
    ["/+", "/a"],
    ["#", "a/b/c"],
    ["#", "/"],
    ["a/#", "a"],
    ["a/#", "a/"],
    ["a/#", "a/b/c"],
    ["+/#", "a"],
    ["$SYS/#", "$SYS/x"],
    ["$SYS/+", "$SYS/x"],
    ["$share/g/a/+", "a/b"],
    ["$share/g/#", "a"],
    ["a/b/", "a/b/"],
    ["é/+", "é/x"],
  ])("%s matches %s", (filter, topic) => {
    expect(matchesTopicFilter(filter, topic)).toBe(true);
  });

  test.each([
    ["a", "b"],
    ["a", "a/"],
    ["a/", "a"],
    ["a", "aa"],
    ["aa", "a"],
    ["a/b", "a"],
    ["a", "a/b"],
    ["+", "a/b"],
    ["+", "/a"],
    ["a/+", "a"],
    ["a/#", "b"],
    ["a/#", "ab"],
    ["a/+/#", "a"],
    ["A", "a"],
    ["#", "$SYS"],
    ["+/x", "$SYS/x"],
    ["#", "$"],
    ["$share/g/#", "$SYS/x"],
    ["$share/g/a", "$share/g/a"],
    ["", ""],
    ["#", ""],
    ["", "a"],
    ["a#", "a#"],
    ["a/+", "a/+"],
  ])("%s does not match %s", (filter, topic) => {
    expect(matchesTopicFilter(filter, topic)).toBe(false);
  });
});
