/** A server that closes the older of two connections with the same client identifier, and sends no DISCONNECT. */

import { createServer, type Socket } from "node:net";
import { expect, test } from "@jest/globals";
import { next } from "../../core/test/integration/inbox.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { Mqtt5Client } from "../src/index.js";
import { end, listen } from "./support/local-servers.js";

const accepted = Uint8Array.of(0x20, 3, 0, 0, 0);

test("two clients that take their session over from each other learn of it", async () => {
  let older: Socket | undefined;
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => {
      older?.end();
      older = socket;
      socket.write(accepted);
    });
  });
  const url = `mqtt://127.0.0.1:${String(await listen(server))}`;
  const connectOptions = { clientId: "twin" };
  const [one, two] = [0, 1].map(() =>
    trackClient(new Mqtt5Client({ url, connectOptions, minReconnectDelayMs: 1, maxReconnectDelayMs: 20 })),
  );
  if (!one || !two) {
    throw new Error("there are no twins");
  }
  const warning = next(one.client, "warning");
  let lastError: Error | undefined;
  one.client.on("disconnection", ({ error }) => {
    lastError = error;
  });
  one.client.start();
  two.client.start();
  expect(await warning).toMatchObject({ code: "REPEATED_CLOSE" });
  expect(lastError?.message).toMatch(/without DISCONNECT.*Another client may use the same client identifier/);
  await Promise.all([one.finish(), two.finish()]);
  await end(server);
});
