import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { signedParameters } from "../test/support/signature-oracle.js";
import { signHandshakes, signMqttUrl } from "./sigv4.js";

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);

/** What has to be escaped in a query is in most of them: AWS tokens are Base64, and `encodeURIComponent` spares `!'()*`. */
const opaque = fc.oneof(fc.base64String({ minLength: 1 }), fc.string({ unit: "grapheme", minLength: 1 }));

const requests = fc.record({
  host: fc.tuple(label, label, fc.option(fc.integer({ min: 1, max: 65_535 }))).map(([account, region, port]) => {
    const name = `${account}-ats.iot.${region}.amazonaws.com`;
    return port === null ? name : `${name}:${String(port)}`;
  }),
  region: label,
  credentials: fc.record(
    { accessKeyId: opaque, secretAccessKey: opaque, sessionToken: opaque },
    { requiredKeys: ["accessKeyId", "secretAccessKey"] },
  ),
  now: fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }),
  expiresInSeconds: fc.integer({ min: 1, max: 604_800 }),
});

test("a URL is signed as the SDK of AWS signs it, and the session token is added unsigned", async () => {
  await fc.assert(
    fc.asyncProperty(requests, async (request) => {
      const { host, region, credentials, now, expiresInSeconds } = request;
      const { accessKeyId, secretAccessKey, sessionToken } = credentials;
      const url = new URL(await signMqttUrl(request));
      const expected = await signedParameters({
        ...{ host, region, accessKeyId, secretAccessKey },
        signingDate: now,
        expiresIn: expiresInSeconds,
      });
      if (sessionToken !== undefined) {
        expected.set("X-Amz-Security-Token", sessionToken);
      }
      expect(`${url.protocol}//${url.pathname}`).toBe("wss:///mqtt");
      expect(new Map(url.searchParams)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test("nothing in a URL is left unescaped", async () => {
  const credentials = { accessKeyId: "AK!'()*", secretAccessKey: "secret", sessionToken: "a/b+c==!'()*&é" };
  const now = new Date("2026-03-04T05:06:07.089Z");
  const url = await signMqttUrl({ host: "a.example", region: "eu-west-1", credentials, now });
  expect(url.replace(/[0-9a-f]{64}/, "…")).toBe(
    "wss://a.example/mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256" +
      "&X-Amz-Credential=AK%21%27%28%29%2A%2F20260304%2Feu-west-1%2Fiotdevicegateway%2Faws4_request" +
      "&X-Amz-Date=20260304T050607Z&X-Amz-Expires=300&X-Amz-SignedHeaders=host&X-Amz-Signature=…" +
      "&X-Amz-Security-Token=a%2Fb%2Bc%3D%3D%21%27%28%29%2A%26%C3%A9",
  );
});

test("an empty session token, as an environment may have it, is none", async () => {
  const credentials = { accessKeyId: "AK", secretAccessKey: "secret", sessionToken: "" };
  const url = await signMqttUrl({ host: "a.example", region: "eu-west-1", credentials, now: new Date() });
  expect(url).not.toContain("Security-Token");
});

test("a handshake keeps all but its URL, and credentials are asked for each time", async () => {
  let asked = 0;
  const getCredentials = (): Promise<{ accessKeyId: string; secretAccessKey: string }> => {
    asked++;
    return Promise.resolve({ accessKeyId: `AK${String(asked)}`, secretAccessKey: "secret" });
  };
  const sign = signHandshakes({ region: "eu-west-1", getCredentials });
  const first = await sign({ url: "wss://a.example:443/mqtt", headers: { a: "b" } });
  const second = await sign({ url: "wss://a.example:8443/mqtt", headers: {} });
  expect(first.headers).toEqual({ a: "b" });
  expect(first.url).toMatch(/^wss:\/\/a\.example\/mqtt\?.*Credential=AK1%2F/);
  expect(second.url).toMatch(/^wss:\/\/a\.example:8443\/mqtt\?.*Credential=AK2%2F/);
});
