/** The rules for topic names and topic filters (sections 4.7 and 4.8), in both directions. */
import { utf8Length } from "./utf8.js";

const sharedPrefix = "$share/";
const maximumBytes = 65_535;

/** The two parts of a shared subscription's filter (section 4.8.2). */
export interface SharedFilter {
  readonly shareName: string;
  /** The filter that messages are matched with. */
  readonly topicFilter: string;
}

/** What a text would have to be to be a topic name, in words that follow "must be"; nothing where it is one. */
export function topicNameProblem(topic: string): string | undefined {
  if (topic.includes("+") || topic.includes("#")) {
    return "a topic name without wildcards (+ and #)"; // MQTT-3.3.2-2, MQTT-4.7.0-1
  }
  return textProblem(topic);
}

/** What a text would have to be to be a topic filter, in words that follow "must be"; nothing where it is one. */
export function topicFilterProblem(filter: string): string | undefined {
  if (filter === "$share" || isSharedFilter(filter)) {
    return sharedFilterProblem(filter);
  }
  return textProblem(filter) ?? wildcardProblem(filter);
}

/** Whether a message can be published under a topic. */
export function isValidTopicName(topic: string): boolean {
  return topicNameProblem(topic) === undefined;
}

/** Whether a filter, shared or not, can be subscribed to. */
export function isValidTopicFilter(filter: string): boolean {
  return topicFilterProblem(filter) === undefined;
}

/** Whether a filter is one of a shared subscription. */
export function isSharedFilter(filter: string): boolean {
  return filter.startsWith(sharedPrefix);
}

/** Takes a shared subscription's filter apart; nothing for any other filter, and for one that breaks the rules. */
export function parseSharedFilter(filter: string): SharedFilter | undefined {
  if (!isSharedFilter(filter) || !isValidTopicFilter(filter)) {
    return undefined;
  }
  const nameEnd = filter.indexOf("/", sharedPrefix.length);
  return { shareName: filter.slice(sharedPrefix.length, nameEnd), topicFilter: filter.slice(nameEnd + 1) };
}

/**
 * Whether a topic name matches a topic filter.
 *
 * A shared filter matches as the filter inside it. A filter that begins with a wildcard matches no topic that begins
 * with `$` (section 4.7.2). An invalid filter or topic matches nothing.
 */
export function matchesTopicFilter(filter: string, topic: string): boolean {
  if (!isValidTopicFilter(filter) || !isValidTopicName(topic)) {
    return false;
  }
  const levels = isSharedFilter(filter) ? filter.slice(filter.indexOf("/", sharedPrefix.length) + 1) : filter;
  return matchesLevels(levels, topic);
}

function matchesLevels(filter: string, topic: string): boolean {
  if (topic.startsWith("$") && (filter.startsWith("+") || filter.startsWith("#"))) {
    return false;
  }
  let filterStart = 0;
  let topicStart = 0;
  // Both starts are past the end of their text once its last level is behind them.
  while (filterStart <= filter.length) {
    const filterEnd = levelEnd(filter, filterStart);
    const level = filter.slice(filterStart, filterEnd);
    if (level === "#") {
      return true; // also for the parent level itself: section 4.7.1.2
    }
    const topicEnd = levelEnd(topic, topicStart);
    if (topicStart > topic.length || (level !== "+" && level !== topic.slice(topicStart, topicEnd))) {
      return false;
    }
    filterStart = filterEnd + 1;
    topicStart = topicEnd + 1;
  }
  return topicStart > topic.length;
}

function levelEnd(text: string, start: number): number {
  const slash = text.indexOf("/", start);
  return slash < 0 ? text.length : slash;
}

/** What names and filters have in common. */
function textProblem(text: string): string | undefined {
  if (text === "") {
    return "at least one character long"; // MQTT-4.7.3-1
  }
  const length = utf8Length(text);
  if (length < 0) {
    return "well-formed text without U+0000"; // MQTT-1.5.4-1, MQTT-4.7.3-2
  }
  return length > maximumBytes ? "at most 65535 bytes long in UTF-8" : undefined; // MQTT-4.7.3-3
}

function wildcardProblem(filter: string): string | undefined {
  for (const level of filter.split("/")) {
    if (level.length > 1 && level.includes("+")) {
      return "a topic filter whose + fills a whole level"; // MQTT-4.7.1-2
    }
  }
  const hash = filter.indexOf("#");
  if (hash >= 0 && (hash < filter.length - 1 || (hash > 0 && filter[hash - 1] !== "/"))) {
    return "a topic filter whose # is its whole last level"; // MQTT-4.7.1-1
  }
  return undefined;
}

function sharedFilterProblem(filter: string): string | undefined {
  const nameEnd = filter.indexOf("/", sharedPrefix.length);
  const shareName = filter.slice(sharedPrefix.length, nameEnd);
  if (nameEnd < 0 || shareName === "" || shareName.includes("+") || shareName.includes("#")) {
    return "a shared filter: $share/, a name without / + #, / and a filter"; // MQTT-4.8.2-1, MQTT-4.8.2-2
  }
  const inner = filter.slice(nameEnd + 1);
  return textProblem(filter) ?? (inner === "" ? textProblem(inner) : wildcardProblem(inner)); // MQTT-4.8.2-2
}
