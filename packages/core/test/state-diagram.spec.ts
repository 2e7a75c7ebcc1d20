import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { clientTransitions } from "../src/protocol/lifecycle/client-state.js";
import { exchangeTransitions } from "../src/protocol/session/publish-exchange.js";

type Transitions = Readonly<Record<string, { readonly from: readonly string[]; readonly to: string }>>;

/** The diagram of a table: an arrow for each way, with the step as its label. */
function diagramOf(transitions: Transitions): string[] {
  return Object.entries(transitions)
    .flatMap(([step, { from, to }]) => from.map((state) => `${state} --> ${to}: ${step}`))
    .sort();
}

/** The arrows of the diagram below a heading or a mark of a page, but for the one that shows the first state. */
function arrowsOf(page: string, mark: string): string[] {
  const text = readFileSync(`${__dirname}/../../../${page}`, "utf8").split(mark)[1] ?? "";
  const diagram = /```mermaid\nstateDiagram-v2\n([^`]*)```/.exec(text)?.[1] ?? "";
  return diagram
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("[*]"))
    .sort();
}

describe("the diagrams in the documentation", () => {
  it.each([
    [
      "docs/client.md",
      "<!-- states: drawn from packages/core/src/protocol/lifecycle/client-state.ts -->",
      clientTransitions,
    ],
    ["ARCHITECTURE.md", "<!-- states: drawn from protocol/lifecycle/client-state.ts -->", clientTransitions],
    ["ARCHITECTURE.md", "<!-- states: drawn from protocol/session/publish-exchange.ts -->", exchangeTransitions],
  ] as const)("%s: %s", (page, mark, transitions) => {
    expect(arrowsOf(page, mark)).toEqual(diagramOf(transitions));
  });
});
