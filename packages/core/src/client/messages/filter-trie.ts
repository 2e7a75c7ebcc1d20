/** Topic filters, found by a topic name that they match, level by level (section 4.7). */

import { isSharedFilter } from "../../codec/topic.js";

interface Level {
  /** Those that end here: several, since shared ones count as the filter inside them. */
  readonly filters: Set<string>;
  readonly below: Map<string, Level>;
  /** Where it hangs, and by which name; the root hangs nowhere. */
  readonly above?: Level;
  readonly name: string;
}

export class FilterTrie {
  readonly #root: Level = { filters: new Set(), below: new Map(), name: "" };

  /** Puts a valid filter in; a shared one counts as the filter inside it (section 4.8.2). */
  add(topicFilter: string): void {
    this.#levelOf(topicFilter).filters.add(topicFilter);
  }

  /** Takes a filter out, and the levels that are empty then. */
  remove(topicFilter: string): void {
    let level = this.#levelOf(topicFilter);
    level.filters.delete(topicFilter);
    while (level.above && level.filters.size + level.below.size === 0) {
      level.above.below.delete(level.name);
      level = level.above;
    }
  }

  /** Every filter that matches. */
  match(topic: string): string[] {
    const found: string[] = [];
    collect(this.#root, topic.split("/"), 0, found);
    return found;
  }

  /** The level at which a filter ends, made where it is missing. */
  #levelOf(topicFilter: string): Level {
    let level = this.#root;
    for (const name of topicFilter.split("/").slice(isSharedFilter(topicFilter) ? 2 : 0)) {
      const next = level.below.get(name) ?? { filters: new Set(), below: new Map(), above: level, name };
      level.below.set(name, next);
      level = next;
    }
    return level;
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
    if (next) {
      collect(next, names, depth + 1, found);
    }
  }
}
