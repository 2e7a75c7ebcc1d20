import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { urlOf } from "../../test/support/local-servers.js";
import { proxyFromEnvironment } from "./environment-proxy.js";

const names = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"].flatMap((name) => [name, name.toUpperCase()]);
const before = { ...process.env };

function clear(): void {
  for (const name of names) {
    Reflect.deleteProperty(process.env, name);
  }
}

beforeEach(clear);

afterEach(() => {
  clear();
  Object.assign(process.env, before);
});

test.each([
  ["mqtts", "HTTPS_PROXY", "http://a.example:3128", { scheme: "http", host: "a.example", port: 3_128 }],
  ["wss", "https_proxy", "https://a.example/", { scheme: "https", host: "a.example", port: 443 }],
  ["mqtt", "http_proxy", "http://a.example:3128", { scheme: "http", host: "a.example" }],
  ["ws", "ALL_PROXY", "socks5h://me:hush@a.example", { scheme: "socks5", credentials: { username: "me" } }],
] as const)("%s: has the proxy of %s", (scheme, name, value, proxy) => {
  process.env[name] = value;
  expect(proxyFromEnvironment(urlOf(scheme, 1, "broker.example"))).toMatchObject(proxy);
});

test.each([
  ["another variable", { HTTP_PROXY: "http://a.example" }],
  ["no variable", {}],
  ["an exception", { HTTPS_PROXY: "http://a.example", NO_PROXY: "localhost,.example" }],
])("there is no proxy where the environment has %s", (_, variables) => {
  Object.assign(process.env, variables);
  expect(proxyFromEnvironment(urlOf("mqtts", 1, "broker.example"))).toBeUndefined();
});

test("a value that is no proxy is refused, and not quoted", () => {
  process.env["ALL_PROXY"] = "ftp://me:hush@a.example";
  expect(() => proxyFromEnvironment(urlOf("mqtt", 1))).toThrow(
    expect.objectContaining({ field: "proxy (environment)", message: expect.not.stringContaining("hush") }),
  );
});
