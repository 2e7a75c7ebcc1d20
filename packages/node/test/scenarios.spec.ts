/** The scenarios that every platform has in common, in Node against a real broker, over each transport. */

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, test } from "@jest/globals";
import { makeCertificates, type TestCertificates } from "../../core/test/integration/certificates.js";
import { findMosquitto, Mosquitto, transports } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { Relay } from "../../core/test/integration/relay.js";
import { runScenario, type ScenarioPlace } from "../../core/test/integration/scenario-runner.js";
import { scenarios } from "../../core/test/integration/scenarios.js";
import { createRequester, Mqtt5Client, respond } from "../src/index.js";

const program = findMosquitto();
const isThere = needProgram(program, "mosquitto", "MOSQUITTO_PATH");

/** A scenario takes a second or two; this is for a machine that is busy. */
const limitMs = 60_000;

interface Surroundings {
  readonly certificates: TestCertificates;
  readonly broker: Mosquitto;
  readonly relay: Relay;
}

(isThere ? describe : describe.skip).each(transports)("over %s", (scheme) => {
  let surroundings: Surroundings | undefined;

  beforeAll(async () => {
    const certificates = await makeCertificates();
    const broker = await Mosquitto.start(program ?? "mosquitto", certificates);
    surroundings = { certificates, broker, relay: await Relay.start(broker.ports[scheme]) };
  }, limitMs);

  afterAll(async () => {
    await surroundings?.relay.stop();
    await surroundings?.broker.stop();
  });

  function place(): ScenarioPlace {
    if (surroundings === undefined) {
      throw new Error("there is no broker");
    }
    const { broker, relay, certificates } = surroundings;
    const isSecure = scheme === "mqtts" || scheme === "wss";
    return {
      create: (options) => new Mqtt5Client({ ...options, ...(isSecure ? { tls: { ca: certificates.ca.cert } } : {}) }),
      functions: { createRequester, respond },
      address: { scheme, host: `127.0.0.1:${String(broker.ports[scheme])}` },
      cuttableAddress: { scheme, host: `127.0.0.1:${String(relay.port)}` },
      username: broker.username,
      password: broker.password,
      suffix: randomUUID(),
      cutNetwork: async () => {
        relay.cut();
        await Promise.resolve();
      },
      restartBroker: () => broker.restart(),
    };
  }

  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    "%s",
    (_name, scenario) => runScenario(scenario, place()),
    limitMs,
  );
});
