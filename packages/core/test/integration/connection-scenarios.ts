/** Connecting, being refused, and stopping. */

import { equal, holds, rejection } from "./assertions.js";
import { next } from "./inbox.js";
import type { Scenario } from "./scenario.js";

export const connectionScenarios: readonly Scenario[] = [
  {
    name: "connects, and says what was agreed on",
    run: async (context) => {
      const client = context.makeClient();
      const events: string[] = [];
      for (const name of ["attemptingConnect", "connectionSuccess", "disconnection", "stopped"] as const) {
        client.on(name, () => void events.push(name));
      }
      client.start();
      const { connack, negotiatedSettings } = await client.waitUntilConnected();
      equal([client.state, client.isConnected], ["connected", true], "the state");
      equal(connack.reasonCode, 0, "the reason code of the CONNACK");
      holds(negotiatedSettings.clientId !== "", "the server assigned a client id");
      await client.stop();
      equal([client.state, client.isConnected], ["stopped", false], "the state after the stop");
      equal(events, ["attemptingConnect", "connectionSuccess", "disconnection", "stopped"], "the events");
    },
  },
  {
    name: "connects again after a stop",
    run: async (context) => {
      const client = await context.connect();
      await client.stop();
      client.start();
      await client.waitUntilConnected();
    },
  },
  {
    name: "takes user name and password from the URL",
    run: async (context) => {
      const userInfo = `${encodeURIComponent(context.username)}:${encodeURIComponent(context.password)}`;
      const client = await context.connect({ userInfo });
      equal(client.isConnected, true, "connected");
    },
  },
  {
    name: "says that it was refused for a wrong password, and that trying again soon is no use",
    run: async (context) => {
      const { username } = context;
      const client = context.makeClient({ options: { connectOptions: { username, password: "wrong" } } });
      const failed = next(client, "connectionFailure");
      client.start();
      const { error, connack } = await failed;
      equal(error.name, "ConnectRejectedError", "the class of the error");
      equal(error.code, "CONNECT_REJECTED", "the code of the error");
      holds(connack?.reasonCode === 0x86 || connack?.reasonCode === 0x87, "bad password or not authorized");
      equal(error.retryable, false, "retryable");
    },
  },
  {
    name: "comes back after the network was cut",
    isRough: true,
    run: async (context) => {
      const client = await context.connect({ isCuttable: true });
      const disconnected = next(client, "disconnection");
      await context.cutNetwork();
      await disconnected;
      await client.waitUntilConnected();
    },
  },
  {
    name: "settles everything that is pending when it is stopped",
    isRough: true,
    run: async (context) => {
      const client = context.makeClient();
      client.start();
      const topic = context.unique("pending");
      const pending = [
        client.waitUntilConnected(),
        client.publish({ topic, qos: 0 }),
        client.publish({ topic, qos: 1 }),
        client.publish({ topic, qos: 2 }),
        client.subscribe(topic),
        client.unsubscribe(topic),
      ];
      const settled = Promise.allSettled(pending);
      await client.stop();
      const outcomes = await settled;
      holds(
        outcomes.every(({ status }) => status === "rejected"),
        "every promise is rejected",
      );
    },
  },
  {
    name: "stops as often as it is asked to",
    run: async (context) => {
      const client = await context.connect();
      await Promise.all([client.stop(), client.stop(), client.stop({ timeoutMs: 100 })]);
      await client.stop();
      const error = await rejection(client.waitUntilConnected(), "a wait for a stopped client");
      equal(error instanceof Error && error.name, "DisconnectedError", "the class of the error");
    },
  },
  {
    name: "calls every listener, whatever another one does",
    run: async (context) => {
      const client = await context.connect();
      const topic = context.unique("listeners");
      const errors: unknown[] = [];
      client.on("handlerError", ({ error }) => void errors.push(error));
      client.on("messageReceived", () => {
        throw new Error("thrown");
      });
      client.on("messageReceived", () => Promise.reject(new Error("rejected")));
      const third = next(client, "messageReceived");
      await client.subscribe({ topicFilter: topic, qos: 1 });
      await client.publish({ topic, qos: 1, payload: "x" });
      equal((await third).message.text(), "x", "what the third listener got");
      // The broker answers in order, so both failures are known when this is through.
      await client.publish({ topic, qos: 1, payload: "y" });
      equal(
        errors.slice(0, 2).map((error) => error instanceof Error && error.message),
        ["thrown", "rejected"],
        "what was reported",
      );
    },
  },
];
