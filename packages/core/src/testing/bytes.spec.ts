import { describe, expect, test } from "@jest/globals";
import { bytesOfHex, hexOfBytes, joinBytes } from "./bytes.js";

describe("bytes in hexadecimal", () => {
  test("come back as they were written", () => {
    expect(hexOfBytes(bytesOfHex("20 03 00 0A ff"))).toBe("20 03 00 0a ff");
    expect(bytesOfHex("2003\n00")).toEqual(Uint8Array.of(0x20, 3, 0));
    expect(bytesOfHex("")).toEqual(new Uint8Array(0));
  });

  test.each(["2", "0g", "0x20"])("%p are no bytes", (hex) => {
    expect(() => bytesOfHex(hex)).toThrow("hexadecimal");
  });

  test("joinBytes copies, a view its own bytes only", () => {
    const view = new Uint8Array(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2);
    const joined = joinBytes([view, "ff"]);
    view.fill(0);
    expect(joined).toEqual(Uint8Array.of(2, 3, 0xff));
  });
});
