/** The rules for topic names and topic filters (sections 4.7 and 4.8). They hold for the caller and for the peer. */
import { textProblem } from "./wire/utf8.js";

/** The form of a shared filter: the share name, and the filter inside. */
const sharedForm = /^\$share\/([^/+#]+)\/([^]*)$/;

/** A wildcard that is only a part of its level, or a # that is not at the end. */
const misplacedWildcard = /[^/][+#]|\+[^/]|#[^]/;

/**
 * The two parts of the topic filter of a shared subscription.
 *
 * See [section 4.8.2](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901250).
 */
export interface SharedFilter {
  /** The name of the group of clients that share the messages. */
  readonly shareName: string;
  /** The filter that the topics of the messages match. */
  readonly topicFilter: string;
}

/** Returns undefined for a topic name. For any other text, says what it must be, in words that follow "must be". */
export function topicNameProblem(topic: string): string | undefined {
  if (topic.includes("+") || topic.includes("#")) {
    return "a topic name without wildcards"; // MQTT-3.3.2-2, MQTT-4.7.0-1
  }
  return nonEmptyTextProblem(topic);
}

/** Returns undefined for a topic filter. For any other text, says what it must be, in words that follow "must be". */
export function topicFilterProblem(filter: string): string | undefined {
  const isShared = filter === "$share" || isSharedFilter(filter);
  const inner = isShared ? sharedForm.exec(filter)?.[2] : filter;
  if (inner === undefined) {
    return "$share/name/filter, the name without wildcards"; // MQTT-4.8.2-1, MQTT-4.8.2-2
  }
  if (misplacedWildcard.test(inner)) {
    return "a topic filter with wildcards as whole levels, # the last"; // MQTT-4.7.1-1, MQTT-4.7.1-2, MQTT-4.8.2-2
  }
  return nonEmptyTextProblem(inner) ?? textProblem(filter);
}

/**
 * Tells whether a text is a topic name: not empty, without wildcards and U+0000, and at most 65,535 bytes long in
 * UTF-8.
 *
 * See [section 4.7](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901241).
 */
export function isValidTopicName(topic: string): boolean {
  return topicNameProblem(topic) === undefined;
}

/**
 * Tells whether a text is a topic filter. It may be that of a shared subscription.
 *
 * See [section 4.7](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901241).
 */
export function isValidTopicFilter(filter: string): boolean {
  return topicFilterProblem(filter) === undefined;
}

/** Tells whether a topic filter is that of a shared subscription: whether it begins with `$share/`. */
export function isSharedFilter(filter: string): boolean {
  return filter.startsWith("$share/");
}

/** A first level with `$`, apart from `$share` and from levels that topics of servers begin with. */
const serverPrefix = /^\$(?!(?:share|SYS|aws)\/)[^/]+\/[^$]/;

/**
 * Tells whether a filter begins with a prefix of the server's own, such as `$queue/` or `$exclusive/`. The specification
 * does not know these. A server that does takes the prefix off, and sends messages whose topics match the rest.
 *
 * `$SYS/` and `$aws/` are no such prefixes: the topics of the messages begin with them too.
 */
export function hasServerPrefix(topicFilter: string): boolean {
  return serverPrefix.test(topicFilter);
}

/**
 * Splits the topic filter of a shared subscription. Returns undefined for any other filter, and for an invalid one.
 *
 * @example
 * ```ts
 * parseSharedFilter("$share/workers/jobs/+"); // { shareName: "workers", topicFilter: "jobs/+" }
 * parseSharedFilter("jobs/+"); // undefined
 * ```
 */
export function parseSharedFilter(filter: string): SharedFilter | undefined {
  const [, shareName, topicFilter] = sharedForm.exec(filter) ?? [];
  return shareName !== undefined && topicFilter !== undefined && isValidTopicFilter(filter)
    ? { shareName, topicFilter }
    : undefined;
}

/**
 * Tells whether a topic name matches a topic filter.
 *
 * The filter of a shared subscription matches like the filter inside it. A filter that begins with a wildcard matches
 * no topic that begins with `$`. An invalid filter or topic matches nothing.
 *
 * See [section 4.7](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901241).
 *
 * @example
 * ```ts
 * matchesTopicFilter("rooms/+/temperature", "rooms/12/temperature"); // true
 * matchesTopicFilter("rooms/#", "rooms"); // true
 * matchesTopicFilter("#", "$SYS/uptime"); // false
 * ```
 */
export function matchesTopicFilter(filter: string, topic: string): boolean {
  return (
    isValidTopicFilter(filter) &&
    isValidTopicName(topic) &&
    matchesLevels(filter.replace(sharedForm, "$2").split("/"), topic.split("/"))
  );
}

function matchesLevels(filter: readonly string[], topic: readonly string[]): boolean {
  if (/^[+#]/.test(filter[0] ?? "") && topic[0]?.startsWith("$")) {
    return false;
  }
  const isOpen = filter.at(-1) === "#";
  return (
    // The filter `a/#` also matches the topic `a` (section 4.7.1.2).
    (isOpen ? topic.length >= filter.length - 1 : topic.length === filter.length) &&
    filter.every((level, index) => level === "#" || level === "+" || level === topic[index])
  );
}

/** Checks the rules that topic names and topic filters share. */
function nonEmptyTextProblem(text: string): string | undefined {
  // MQTT-4.7.3-1, MQTT-4.7.3-2, MQTT-4.7.3-3
  return text === "" ? "at least one character long" : textProblem(text);
}
