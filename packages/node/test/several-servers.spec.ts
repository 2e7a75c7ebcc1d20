/** A list of servers, with two brokers of other people's making: one is gone, the client goes over to the other, and back. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makeCertificates } from "../../core/test/integration/certificates.js";
import { Inbox, next } from "../../core/test/integration/inbox.js";
import { findMosquitto, Mosquitto } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { Mqtt5Client, type Mqtt5ClientOptions, QoS } from "../src/index.js";

const program = findMosquitto();
const isThere = needProgram(program, "mosquitto", "MOSQUITTO_PATH");

const brokers: Mosquitto[] = [];

function broker(number: 0 | 1): Mosquitto {
  const each = brokers[number];
  if (each === undefined) {
    throw new Error("there is no broker");
  }
  return each;
}

/** The host and port of a broker. */
const addressOf = (number: 0 | 1): string => `127.0.0.1:${String(broker(number).ports.mqtt)}`;

/** The URL of a broker, with its own credentials. */
function urlOf(number: 0 | 1): string {
  const { username, password } = broker(number);
  return `mqtt://${username}:${password}@${addressOf(number)}`;
}

(isThere ? describe : describe.skip)("two brokers", () => {
  beforeAll(async () => {
    const certificates = await makeCertificates();
    const start = (): Promise<Mosquitto> => Mosquitto.start(program ?? "mosquitto", certificates);
    brokers.push(await start(), await start());
  });

  afterAll(() => Promise.all(brokers.map((each) => each.stop())));

  function makeClient(options: Partial<Mqtt5ClientOptions>) {
    const url = [urlOf(0), urlOf(1)];
    return trackClient(new Mqtt5Client({ url, minReconnectDelayMs: 20, maxReconnectDelayMs: 100, ...options }));
  }

  test("serve in turn: messages go on at the other one while the first is gone, and come back to it", async () => {
    const { client, finish } = makeClient({
      sessionBehavior: "rejoinAlways",
      connectOptions: { clientId: "traveller", sessionExpiryInterval: 600 },
    });
    const inbox = new Inbox(client);
    const servers: unknown[] = [];
    client.on("connectionSuccess", ({ server, negotiatedSettings: { rejoinedSession } }) =>
      servers.push([server, rejoinedSession]),
    );
    /** Sends a message to itself, once the subscription is there. */
    const exchange = async (payload: string): Promise<void> => {
      await client.publish({ topic: "travels", payload, qos: QoS.AtLeastOnce });
      await inbox.take(servers.length);
    };
    client.start();
    await client.subscribe({ topicFilter: "travels", qos: QoS.AtLeastOnce });
    await exchange("at the first");

    const over = next(client, "connectionSuccess");
    await broker(0).end();
    await over;
    await exchange("at the second");

    const back = next(client, "connectionSuccess");
    await broker(0).restart();
    await broker(1).end();
    await back;
    await exchange("at the first again");

    await finish();
    await broker(1).restart();
    expect(servers).toEqual([
      [addressOf(0), false],
      [addressOf(1), false],
      [addressOf(0), false], // its session is one of before: what happened since is not in it
    ]);
    expect(inbox.messages.map((message) => message.text())).toEqual([
      "at the first",
      "at the second",
      "at the first again",
    ]);
  });

  test("are found by a function, which the first attempt asks for the one that is there", async () => {
    await broker(0).end();
    const { client, finish } = makeClient({ url: (attempt) => Promise.resolve(urlOf(attempt === 1 ? 0 : 1)) });
    const failed = next(client, "connectionFailure");
    client.start();
    expect(await failed).toMatchObject({ server: addressOf(0), error: { phase: "tcp" } });
    expect(await client.waitUntilConnected()).toMatchObject({ server: addressOf(1) });
    await finish();
    await broker(0).restart();
  });
});
