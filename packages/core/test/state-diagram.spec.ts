import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { stateTransitions } from "../src/protocol/lifecycle/client-state.js";

describe("the diagram in docs/client.md", () => {
  it("shows the table of the states", () => {
    const page = readFileSync(`${__dirname}/../../../docs/client.md`, "utf8");
    const diagram = /```mermaid\nstateDiagram-v2\n([^`]*)```/.exec(page)?.[1] ?? "";
    const transitions = Object.entries(stateTransitions).flatMap(([state, following]) =>
      following.map((next) => `  ${state} --> ${next}\n`),
    );
    // What leads there stands in the page alone.
    expect(diagram.replace(/: \w+$/gm, "")).toBe(["  [*] --> stopped\n", ...transitions].join(""));
  });
});
