/** All nodes of a syntax tree below one of them, in the order of the text, a node before its own. */
export function* nodesBelow(node) {
  for (const child of Object.values(node).flat()) {
    if (typeof child?.type === "string") {
      yield child;
      yield* nodesBelow(child);
    }
  }
}
