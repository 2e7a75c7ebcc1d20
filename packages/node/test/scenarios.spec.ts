/** The scenarios that every platform has in common, in Node against a real broker, over each transport. */

import { afterAll, beforeAll, describe, test } from "@jest/globals";
import { makeCertificates, type TestCertificates } from "../../core/test/integration/certificates.js";
import { findMosquitto, Mosquitto, transports } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { Relay } from "../../core/test/integration/relay.js";
import { runScenario, type ScenarioPlace } from "../../core/test/integration/scenario-runner.js";
import { scenarios } from "../../core/test/integration/scenarios.js";
import { scenarioPlace } from "./support/scenario-place.js";

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
    const { certificates, ...rest } = surroundings;
    const isSecure = scheme === "mqtts" || scheme === "wss";
    return scenarioPlace({ scheme, ...rest, ...(isSecure && { tls: { ca: certificates.ca.cert } }) });
  }

  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    "%s",
    (_name, scenario) => runScenario(scenario, place()),
    limitMs,
  );
});
