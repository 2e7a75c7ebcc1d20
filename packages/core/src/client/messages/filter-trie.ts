/** Topic filters in a tree of levels, to find those that match a topic name (section 4.7). */

import { hasServerPrefix, isSharedFilter } from "../../codec/topic.js";

interface Level {
  /** The filters that end here. There can be several: a shared filter, for instance, beside the filter inside it. */
  readonly filters: Set<string>;
  readonly below: Map<string, Level>;
  /** The level above, and the name of this level there. The root has no level above. */
  readonly above?: Level;
  readonly name: string;
}

export class FilterTrie {
  readonly #root: Level = { filters: new Set(), below: new Map(), name: "" };

  /** Adds a valid filter. */
  add(topicFilter: string): void {
    for (const names of formsOf(topicFilter)) {
      this.#levelOf(names).filters.add(topicFilter);
    }
  }

  /** Removes a filter, and the levels that become empty. */
  remove(topicFilter: string): void {
    for (const names of formsOf(topicFilter)) {
      let level = this.#levelOf(names);
      level.filters.delete(topicFilter);
      while (level.above && level.filters.size + level.below.size === 0) {
        level.above.below.delete(level.name);
        level = level.above;
      }
    }
  }

  /** Finds every filter that matches. */
  match(topic: string): string[] {
    const found: string[] = [];
    collect(this.#root, topic.split("/"), 0, found);
    return found;
  }

  /** Gives the level at which a filter ends. Missing levels are made. */
  #levelOf(names: readonly string[]): Level {
    let level = this.#root;
    for (const name of names) {
      const next = level.below.get(name) ?? { filters: new Set(), below: new Map(), above: level, name };
      level.below.set(name, next);
      level = next;
    }
    return level;
  }
}

/**
 * Gives the forms in which a filter matches topics, each as the names of its levels. A shared filter matches like the
 * filter inside it (section 4.8.2). A filter with a prefix of the server's own matches with it, and without it. No topic
 * matches in both forms: only one begins with `$`.
 */
function formsOf(topicFilter: string): readonly (readonly string[])[] {
  const names = topicFilter.split("/").slice(isSharedFilter(topicFilter) ? 2 : 0);
  return hasServerPrefix(topicFilter) ? [names, names.slice(1)] : [names];
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
