import { expect, test } from "@jest/globals";
import { parseServerUrl } from "@mqtt5/core/adapter";
import { transformHandshake } from "./handshake-transform.js";

const secure = parseServerUrl("wss://broker.example", ["ws", "wss"]);

test("a transform is given the URL and the subprotocol, and may change both", async () => {
  const request = await transformHandshake(
    ({ url, subprotocols }) => ({ url: `${url}?token=1`, subprotocols: [...subprotocols, "x-token"] }),
    secure,
    false,
  );
  expect(request).toEqual({ url: "wss://broker.example:443/mqtt?token=1", subprotocols: ["mqtt", "x-token"] });
});

test("a transform may not turn wss: into ws:, unless allowInsecure says so", async () => {
  const insecure = { url: "ws://broker.example:80/mqtt?X-Amz-Signature=hush", subprotocols: ["mqtt"] };
  const refused = transformHandshake(() => insecure, secure, false);
  await expect(refused).rejects.toMatchObject({
    field: "websocketHandshakeTransform.url",
    message: expect.stringMatching(/^(?!.*hush).*allowInsecure/),
  });
  await expect(transformHandshake(() => insecure, secure, true)).resolves.toEqual(insecure);
});
