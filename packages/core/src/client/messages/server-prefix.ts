/** A first level with `$`, apart from `$share` and from levels that topics of servers begin with. */
const prefixed = /^\$(?!(?:share|SYS|aws)\/)[^/]+\/[^$]/;

/**
 * Tells whether a filter begins with a prefix of the server's own, such as `$queue/` or `$exclusive/`. The specification
 * does not know these. A server that does takes the prefix off, and sends messages whose topics match the rest.
 *
 * `$SYS/` and `$aws/` are no such prefixes: the topics of the messages begin with them too.
 */
export function hasServerPrefix(topicFilter: string): boolean {
  return prefixed.test(topicFilter);
}
