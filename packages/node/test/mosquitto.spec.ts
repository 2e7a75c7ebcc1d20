/** What of a connection only a broker of other people's making shows: client certificates, and its Unix domain socket. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makeCertificates, type TestCertificates } from "../../core/test/integration/certificates.js";
import { Inbox, next } from "../../core/test/integration/inbox.js";
import { findMosquitto, Mosquitto } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { Mqtt5Client, type Mqtt5ClientOptions, QoS } from "../src/index.js";

const program = findMosquitto();
const isThere = needProgram(program, "mosquitto", "MOSQUITTO_PATH");

interface Surroundings {
  readonly certificates: TestCertificates;
  readonly broker: Mosquitto;
}

let made: Surroundings | undefined;

(isThere ? describe : describe.skip)("a broker that demands a client's certificate", () => {
  beforeAll(async () => {
    const certificates = await makeCertificates();
    made = { certificates, broker: await Mosquitto.start(program ?? "mosquitto", certificates, true) };
  });

  afterAll(() => made?.broker.stop());

  function surroundings(): Surroundings {
    if (made === undefined) {
      throw new Error("there is no broker");
    }
    return made;
  }

  function makeClient(options: Mqtt5ClientOptions) {
    const { username, password } = surroundings().broker;
    return trackClient(new Mqtt5Client({ connectOptions: { username, password }, ...options }));
  }

  /** A message to itself and back. */
  async function exchange(options: Mqtt5ClientOptions): Promise<void> {
    const { client, finish } = makeClient(options);
    const inbox = new Inbox(client);
    client.start();
    await client.subscribe({ topicFilter: "own", qos: QoS.AtLeastOnce });
    await client.publish({ topic: "own", payload: "it", qos: QoS.AtLeastOnce });
    expect((await inbox.first()).text()).toBe("it");
    await finish();
  }

  test.each(["mqtts", "wss"] as const)("takes a client that has one, over %s", async (scheme) => {
    const { certificates, broker } = surroundings();
    const url = `${scheme}://localhost:${String(broker.ports[scheme])}`;
    await exchange({ url, tls: { ca: certificates.ca.cert, ...certificates.client } });
  });

  test("refuses a client that has none", async () => {
    const { certificates, broker } = surroundings();
    const url = `mqtts://localhost:${String(broker.ports.mqtts)}`;
    const { client, finish } = makeClient({ url, tls: { ca: certificates.ca.cert } });
    const failed = next(client, "connectionFailure");
    client.start();
    const { error } = await failed;
    await finish();
    expect(error.code).toBe("CONNECTION_FAILED");
    // With TLS 1.3 its alert comes after the handshake, and may be overtaken by the reset of the connection.
    expect(["tls", "connack"]).toContain(Reflect.get(error, "phase"));
  });

  test("is reached through its socket in the file system", async () => {
    await exchange({ url: "mqtt://localhost", socket: { path: surroundings().broker.socketPath } });
  });
});
