import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { InvalidArgumentError } from "../../errors.js";
import { parseServerUrl } from "./server-url.js";

const schemes = ["mqtt", "mqtts", "ws", "wss"] as const;

describe("parseServerUrl", () => {
  it.each([
    ["mqtt://a.example", { scheme: "mqtt", host: "a.example", port: 1883, path: "" }],
    ["mqtts://a.example/", { scheme: "mqtts", host: "a.example", port: 8883, path: "" }],
    ["ws://a.example", { scheme: "ws", port: 80, path: "/mqtt", href: "ws://a.example:80/mqtt" }],
    ["wss://a.example", { scheme: "wss", port: 443, path: "/mqtt", href: "wss://a.example:443/mqtt" }],
    ["WSS://a.example:9001/x/y?z=1", { scheme: "wss", port: 9001, path: "/x/y?z=1" }],
    ["ws://a.example/", { path: "/" }],
    ["ws:a.example/live", { host: "a.example", path: "/live" }],
    ["ws://a.example\\live", { host: "a.example", path: "/live" }],
    ["wss:/a.example/live?token=1", { host: "a.example", path: "/live?token=1" }],
    ["ws:///a.example/live", { host: "a.example", path: "/live" }],
    ["ws:\n//a.example\t/live", { host: "a.example", path: "/live" }],
    ["ws:a.example?path=/live", { path: "/mqtt?path=/live" }],
    ["ws:\\\\a.example", { path: "/mqtt" }],
    ["ws://a.example?z=1", { path: "/mqtt?z=1" }],
    ["mqtt://[::1]:1884", { host: "::1", port: 1884, href: "mqtt://[::1]:1884" }],
    ["mqtt://127.0.0.1:1", { host: "127.0.0.1", port: 1 }],
    ["mqtt://b\u00fccher.example", { host: "xn--bcher-kva.example", href: "mqtt://xn--bcher-kva.example:1883" }],
    ["mqtt://broker_1.1", { host: "broker_1.1" }],
    ["mqtt://user@a.example", { username: "user", password: undefined }],
    ["mqtt://:secret@a.example", { username: "", password: "secret" }],
    ["ws://us%40er:p%3Aw@a.example/mqtt", { username: "us@er", password: "p:w", href: "ws://a.example:80/mqtt" }],
  ])("takes %s apart", (url, parts) => {
    expect(parseServerUrl(url, schemes)).toMatchObject(parts);
  });

  it.each([
    "a.example",
    "http://a.example",
    "mqtt:a.example",
    "mqtt://",
    "mqtt://a.example:0",
    "mqtt://a.example:65536",
    "mqtt://a.example:port",
    "mqtt://a.example/path",
    "ws://a.example/#fragment",
    "mqtt://%ff@a.example",
    "mqtt://us%00er@a.example",
  ])("refuses %s", (url) => {
    expect(() => parseServerUrl(url, schemes)).toThrow(InvalidArgumentError);
  });

  it.each(["", ":"])('refuses user info that is too long for CONNECT, behind "%s"', (before) => {
    const url = (length: number): string => `mqtt://${before}${"x".repeat(length)}@a.example`;
    expect(parseServerUrl(url(65_535), schemes)).toMatchObject({ host: "a.example" });
    expect(() => parseServerUrl(url(65_536), schemes)).toThrow(InvalidArgumentError);
  });

  it("names the schemes of the platform, and keeps user info out of the message", () => {
    expect(() => parseServerUrl("mqtt://user:secret@a.example", ["ws", "wss"])).toThrow(
      /^url must be ws\|wss:\/\/\[user:password@\]host\[:port\]\[\/path of a WebSocket\], percent-encoded$/,
    );
  });

  it.each([
    "mqtt://user:a/secret@a.example",
    "mqtt://user:a#secret@a.example",
    "mqtt://user:a?secret@a.example",
    "mqtt://user:a@secret@a.example:port",
    "mqtt:user:secret@a.example",
    "mqtt:\\\\user:secret@a.example",
    "https://a.example/mqtt?token=secret",
  ])("quotes no secret of %s", (url) => {
    expect.assertions(1);
    try {
      parseServerUrl(url, schemes);
    } catch (error) {
      expect(inspect(error)).not.toContain("secret");
    }
  });
});
