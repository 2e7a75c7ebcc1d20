import { describe, expect, it } from "@jest/globals";
import { saslprep } from "./saslprep.js";

describe("saslprep", () => {
  it.each([
    // The examples of RFC 4013, section 3.
    ["I\u00adX", "IX"],
    ["user", "user"],
    ["USER", "USER"],
    ["\u00aa", "a"],
    ["\u2168", "IX"],
    // Spaces, what stands for nothing, and composition.
    ["a\u00a0b\u3000c", "a b c"],
    ["a\u200d\ufe0fb\ufeff", "ab"],
    ["e\u0301", "\u00e9"],
    ["=,\u{1f600}", "=,\u{1f600}"],
  ])("makes %j to %j", (text, prepared) => {
    expect(saslprep(text, "password")).toBe(prepared);
  });

  it.each(["", "\u00ad", "\u0007", "a\u0000", "\u007f", "\ud800", "\ue000", "\ufffe", "\u202e", "\ufffd", "\u{e0041}"])(
    "refuses %j, and does not quote it",
    (text) => {
      const error = expect.objectContaining({ code: "INVALID_ARGUMENT", field: "password" });
      expect(() => saslprep(text, "password")).toThrow(error);
      expect(() => saslprep(text, "password")).toThrow(/^[ -~]*$/);
    },
  );

  it("does not check text that runs in both directions, unlike RFC 4013", () => {
    expect(saslprep("\u06271", "password")).toBe("\u06271");
  });
});
