import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { stateTransitions } from "../src/protocol/connection-state.js";

describe("the diagram in docs/client.md", () => {
  it("shows the table of the states", () => {
    const page = readFileSync(`${__dirname}/../../../docs/client.md`, "utf8");
    const diagram = /```mermaid\nstateDiagram-v2\n([^`]*)```/.exec(page)?.[1] ?? "";
    const transitions = Object.entries(stateTransitions).flatMap(([state, inputs]) =>
      Object.entries(inputs).map(([input, next]) => `  ${state} --> ${next}: ${input}\n`),
    );
    expect(diagram).toBe(["  [*] --> stopped\n", ...transitions].join(""));
  });
});
