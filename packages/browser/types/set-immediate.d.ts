/** Not of browsers, but of servers that run browser code: Node, Bun and Deno. */
declare function setImmediate(callback: () => void): unknown;
