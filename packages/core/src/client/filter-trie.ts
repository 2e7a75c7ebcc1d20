/** Values that stand under topic filters, found by topic name, level by level (section 4.7). */

import { isSharedFilter } from "../codec/topic.js";

interface Level<Value> {
  readonly values: Set<Value>;
  readonly below: Map<string, Level<Value>>;
}

export class FilterTrie<Value> {
  readonly #root: Level<Value> = { values: new Set(), below: new Map() };

  /** Puts a value under a valid filter; a shared one counts as the filter inside it (section 4.8.2). */
  add(topicFilter: string, value: Value): void {
    let level = this.#root;
    for (const name of levelsOf(topicFilter)) {
      let next = level.below.get(name);
      if (next === undefined) {
        next = { values: new Set(), below: new Map() };
        level.below.set(name, next);
      }
      level = next;
    }
    level.values.add(value);
  }

  remove(topicFilter: string, value: Value): void {
    remove(this.#root, levelsOf(topicFilter), 0, value);
  }

  /** The values under every filter that matches, each once for each of those. */
  match(topic: string): Value[] {
    const found: Value[] = [];
    collect(this.#root, topic.split("/"), 0, found);
    return found;
  }
}

function levelsOf(topicFilter: string): readonly string[] {
  const levels = topicFilter.split("/");
  return isSharedFilter(topicFilter) ? levels.slice(2) : levels;
}

/** Takes the value out, and the levels that are empty then. */
function remove<Value>(level: Level<Value>, names: readonly string[], depth: number, value: Value): void {
  const name = names[depth];
  const next = name === undefined ? undefined : level.below.get(name);
  if (name === undefined) {
    level.values.delete(value);
  } else if (next !== undefined) {
    remove(next, names, depth + 1, value);
    if (next.values.size === 0 && next.below.size === 0) {
      level.below.delete(name);
    }
  }
}

function collect<Value>(level: Level<Value>, names: readonly string[], depth: number, found: Value[]): void {
  const { values, below } = level;
  const name = names[depth];
  // MQTT-4.7.2-1: a wildcard in the first place stays away from topics that begin with $.
  const takesWildcards = depth > 0 || name?.startsWith("$") !== true;
  if (takesWildcards) {
    // Matches the parent level, too (section 4.7.1.2).
    found.push(...(below.get("#")?.values ?? []));
  }
  if (name === undefined) {
    found.push(...values);
    return;
  }
  for (const next of [below.get(name), takesWildcards ? below.get("+") : undefined]) {
    if (next !== undefined) {
      collect(next, names, depth + 1, found);
    }
  }
}
