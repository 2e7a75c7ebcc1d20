import { describe, expect, test } from "@jest/globals";
import { InvalidArgumentError } from "@mqtt5/core";
import { parseProxyUrl } from "./proxy-url.js";

describe("the URL of a proxy", () => {
  test.each([
    ["http://proxy.example", { scheme: "http", host: "proxy.example", port: 80, credentials: undefined }],
    ["https://proxy.example/", { scheme: "https", host: "proxy.example", port: 443, credentials: undefined }],
    ["socks5://[::1]", { scheme: "socks5", host: "::1", port: 1080, credentials: undefined }],
    ["http://[::1]:3128", { scheme: "http", host: "::1", port: 3128, credentials: undefined }],
    [
      "socks5://m%40e:h%3Aush@10.0.0.1:9050",
      { scheme: "socks5", host: "10.0.0.1", port: 9050, credentials: { username: "m@e", password: "h:ush" } },
    ],
    [
      "http://me@proxy.example:8080",
      { scheme: "http", host: "proxy.example", port: 8080, credentials: { username: "me", password: "" } },
    ],
  ])("%s says where it is", (url, expected) => {
    expect(parseProxyUrl(url, "proxy")).toEqual(expected);
  });

  test.each([
    "proxy.example:8080",
    "ftp://me:hush@proxy.example",
    "socks4://proxy.example",
    "http://me:hush@proxy.example:0",
    "http://me:hush@proxy.example/path",
    "http://me:hush@proxy.example?query",
    "http://me:hush@proxy.example/#fragment",
    "http://me:hush%zz@proxy.example",
    "http://m%3Ae:hush@proxy.example",
    "socks5://:hush@proxy.example",
    "socks5://me@proxy.example",
    `socks5://me:hush${"x".repeat(252)}@proxy.example`,
    `socks5://${"%C3%A4".repeat(128)}:hush@proxy.example`,
    "socks5://",
  ])("%s is refused, and not quoted", (url) => {
    const parse = (): unknown => parseProxyUrl(url, "proxy.url");
    expect(parse).toThrow(InvalidArgumentError);
    expect(parse).toThrow(expect.objectContaining({ field: "proxy.url" }));
    expect(parse).not.toThrow(/hush|proxy\.example/);
  });
});
