/** What the application decides about the transport of a page: one of its own, and whether it may do without TLS. */

import { expect } from "@playwright/test";
import { findMosquitto } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { addressOf, test } from "./support/fixtures.js";

test.skip(!needProgram(findMosquitto(), "mosquitto", "MOSQUITTO_PATH"), "mosquitto is missing");

test("a transport of the application's own carries the client, with any scheme", async ({
  openPage,
  surroundings,
  suffix,
}) => {
  const { username, password, host } = addressOf(surroundings, "ws");
  const page = await openPage({ form: "iife" });
  const received = await page.evaluate(
    async ({ topic, ...options }) => {
      if (globalThis.mqtt5 === undefined) {
        throw new Error("there is no client");
      }
      const client = new globalThis.mqtt5.Mqtt5Client({
        ...options,
        transport: (handlers, server) => {
          const socket = new WebSocket(`ws://${server.host}:${String(server.port)}/own`, "mqtt");
          socket.binaryType = "arraybuffer";
          socket.onopen = () => handlers.opened();
          socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => handlers.received(new Uint8Array(data));
          socket.onclose = () => handlers.closed();
          return {
            write: (chunks) => {
              chunks.forEach((chunk) => socket.send(chunk.slice()));
              return true;
            },
            close: () => socket.close(),
            abort: () => socket.close(),
          };
        },
      });
      const message = new Promise<string>((resolve) => {
        client.on("messageReceived", ({ message: { topic: from, payload } }) => resolve(`${from} ${payload.join()}`));
      });
      client.start();
      await client.subscribe({ topicFilter: topic, qos: 2 });
      await client.publish({ topic, payload: Uint8Array.of(1, 2, 3), qos: 2 });
      const text = await message;
      await client.stop();
      return text;
    },
    { url: `own://${host}`, connectOptions: { username, password }, topic: suffix },
  );
  expect(received).toBe(`${suffix} 1,2,3`);
});

test("a transform leads from wss: to ws: only where allowInsecure says so", async ({ openPage, surroundings }) => {
  const { username, password, host } = addressOf(surroundings, "ws");
  const page = await openPage({ form: "iife" });
  const connect = (allowInsecure: boolean): Promise<string> =>
    page.evaluate(
      async ({ target, ...options }) => {
        if (globalThis.mqtt5 === undefined) {
          throw new Error("there is no client");
        }
        const transform = { websocketHandshakeTransform: () => ({ url: target, subprotocols: ["mqtt"] }) };
        const client = new globalThis.mqtt5.Mqtt5Client({ ...options, ...transform });
        const result = new Promise<string>((resolve) => {
          client.on("connectionSuccess", () => resolve("connected"));
          client.on("connectionFailure", ({ error }) => resolve(error.message));
        });
        client.start();
        const text = await result;
        await client.stop();
        return text;
      },
      {
        url: `wss://${addressOf(surroundings, "wss").host}`,
        target: `ws://${host}/mqtt?token=hush`,
        connectOptions: { username, password },
        allowInsecure,
      },
    );
  const refusal = await connect(false);
  expect(refusal).toMatch(/prepare failed: .*allowInsecure/);
  expect(refusal).not.toContain("hush");
  expect(await connect(true)).toBe("connected");
});
