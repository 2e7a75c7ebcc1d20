/**
 * Topic filters of which no two can match the same topic (section 4.7). They are kept in a tree of their levels, so that
 * a new filter is not compared with each of them.
 */

import { isSharedFilter } from "../../../codec/topic.js";

interface Level {
  /** True when a filter ends here. */
  isEnd: boolean;
  readonly below: Map<string, Level>;
}

export class DisjointFilters {
  readonly #root: Level = { isEnd: false, below: new Map() };

  /** Adds a valid filter, unless it overlaps with one that is here. Returns true if it was added. */
  add(topicFilter: string): boolean {
    const names = levelsOf(topicFilter);
    if (overlaps(this.#root, names, 0)) {
      return false;
    }
    let level = this.#root;
    for (const name of names) {
      const next = level.below.get(name) ?? { isEnd: false, below: new Map<string, Level>() };
      level.below.set(name, next);
      level = next;
    }
    level.isEnd = true;
    return true;
  }
}

/** Gives the levels that topics have to match. A shared filter matches like the filter inside it (section 4.8.2). */
function levelsOf(topicFilter: string): readonly string[] {
  return topicFilter.split("/").slice(isSharedFilter(topicFilter) ? 2 : 0);
}

/** True when a filter below this level can match a topic that `names`, from this depth on, matches too. */
function overlaps({ isEnd, below }: Level, names: readonly string[], depth: number): boolean {
  const name = names[depth];
  if (name === undefined) {
    return isEnd || below.has("#"); // `a/#` also matches `a` (section 4.7.1.2)
  }
  const others = isWildcard(name) ? [...below.keys()] : [name, "+", "#"];
  const isBelow = others.some((other) => {
    const next = hides(depth, name, other) ? undefined : below.get(other);
    return next !== undefined && (name === "#" || other === "#" || overlaps(next, names, depth + 1));
  });
  return isBelow || (isEnd && name === "#");
}

/** True when one of the names is a wildcard in the first level, and the other begins with $ (MQTT-4.7.2-1). */
function hides(depth: number, one: string, other: string): boolean {
  return depth === 0 && (one.startsWith("$") ? isWildcard(other) : isWildcard(one) && other.startsWith("$"));
}

function isWildcard(name: string): boolean {
  return name === "+" || name === "#";
}
