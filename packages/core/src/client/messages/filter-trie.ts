/** Topic filters in a tree of levels, to find those that match a topic name (section 4.7). */

import { isSharedFilter } from "../../codec/topic.js";

interface Level {
  /** The filters that end here. There can be several, since a shared filter counts as the filter inside it. */
  readonly filters: Set<string>;
  readonly below: Map<string, Level>;
  /** The level above, and the name of this level there. The root has no level above. */
  readonly above?: Level;
  readonly name: string;
}

export class FilterTrie {
  readonly #root: Level = { filters: new Set(), below: new Map(), name: "" };

  /** Adds a valid filter. A shared filter counts as the filter inside it (section 4.8.2). */
  add(topicFilter: string): void {
    this.#levelOf(topicFilter).filters.add(topicFilter);
  }

  /** Removes a filter, and the levels that become empty. */
  remove(topicFilter: string): void {
    let level = this.#levelOf(topicFilter);
    level.filters.delete(topicFilter);
    while (level.above && level.filters.size + level.below.size === 0) {
      level.above.below.delete(level.name);
      level = level.above;
    }
  }

  /** Finds every filter that matches. */
  match(topic: string): string[] {
    const found: string[] = [];
    collect(this.#root, topic.split("/"), 0, found);
    return found;
  }

  /** Gives the level at which a filter ends. Missing levels are made. */
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
  // MQTT-4.7.2-1: a wildcard in the first level does not match topics that start with $.
  const takesWildcards = depth > 0 || name?.startsWith("$") !== true;
  if (takesWildcards) {
    // It matches the parent level too (section 4.7.1.2).
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
