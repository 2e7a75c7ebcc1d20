/** Topic filters, found by a topic name that they match, level by level (section 4.7). */

import { isSharedFilter } from "../codec/topic.js";

interface Level {
  /** Those that end here: several, since shared ones count as the filter inside them. */
  readonly filters: Set<string>;
  readonly below: Map<string, Level>;
}

export class FilterTrie {
  readonly #root = makeLevel();

  /** Puts a valid filter in; a shared one counts as the filter inside it (section 4.8.2). */
  add(topicFilter: string): void {
    let level = this.#root;
    for (const name of levelsOf(topicFilter)) {
      const next = level.below.get(name) ?? makeLevel();
      level.below.set(name, next);
      level = next;
    }
    level.filters.add(topicFilter);
  }

  /** Takes a filter out. */
  remove(topicFilter: string): void {
    remove(this.#root, levelsOf(topicFilter), 0, topicFilter);
  }

  /** Every filter that matches. */
  match(topic: string): string[] {
    const found: string[] = [];
    collect(this.#root, topic.split("/"), 0, found);
    return found;
  }
}

function makeLevel(): Level {
  return { filters: new Set(), below: new Map() };
}

function levelsOf(topicFilter: string): readonly string[] {
  const levels = topicFilter.split("/");
  return isSharedFilter(topicFilter) ? levels.slice(2) : levels;
}

/** Takes the filter out, and the levels that are empty then. */
function remove({ filters, below }: Level, names: readonly string[], depth: number, topicFilter: string): void {
  const name = names[depth];
  const next = name === undefined ? undefined : below.get(name);
  if (name === undefined) {
    filters.delete(topicFilter);
  } else if (next !== undefined) {
    remove(next, names, depth + 1, topicFilter);
    if (next.filters.size + next.below.size === 0) {
      below.delete(name);
    }
  }
}

function collect({ filters, below }: Level, names: readonly string[], depth: number, found: string[]): void {
  const name = names[depth];
  // MQTT-4.7.2-1: a wildcard in the first place stays away from topics that begin with $.
  const takesWildcards = depth > 0 || name?.startsWith("$") !== true;
  if (takesWildcards) {
    // Matches the parent level, too (section 4.7.1.2).
    found.push(...(below.get("#")?.filters ?? []));
  }
  if (name === undefined) {
    found.push(...filters);
    return;
  }
  for (const next of [below.get(name), takesWildcards ? below.get("+") : undefined]) {
    if (next !== undefined) {
      collect(next, names, depth + 1, found);
    }
  }
}
