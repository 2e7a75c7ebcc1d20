/** The scenarios against brokers other than mosquitto; what each lacks is a closed list, and tested too. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { Relay } from "../../core/test/integration/relay.js";
import { runScenario } from "../../core/test/integration/scenario-runner.js";
import { scenarios } from "../../core/test/integration/scenarios.js";
import { AedesBroker } from "./brokers/aedes.js";
import { aedesLacks } from "./brokers/aedes-lacks.js";
import { Ejabberd, findEjabberd } from "./brokers/ejabberd.js";
import { ejabberdLacks } from "./brokers/ejabberd-lacks.js";
import { expectLack, type Lack } from "./brokers/lack.js";
import type { TestBroker } from "./brokers/test-broker.js";
import { scenarioPlace } from "./support/scenario-place.js";

/** For a machine that is busy, as where the scenarios run against mosquitto. */
const limitMs = 60_000;

const ejabberd = findEjabberd();

interface Candidate {
  readonly name: string;
  readonly isThere: boolean;
  readonly start: () => Promise<TestBroker>;
  readonly lacks: readonly Lack[];
}

const candidates: readonly Candidate[] = [
  {
    name: "ejabberd",
    isThere: needProgram(ejabberd, "ejabberd", "EJABBERDCTL_PATH"),
    start: () => Ejabberd.start(ejabberd ?? "ejabberdctl"),
    lacks: ejabberdLacks,
  },
  { name: "aedes", isThere: true, start: () => AedesBroker.start(), lacks: aedesLacks },
];

describe.each(candidates)("$name", ({ isThere, start, lacks }) => {
  test("lacks what scenarios ask for, each once", () => {
    const names = lacks.map(({ scenario }) => scenario);
    expect(scenarios.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect(new Set(names).size).toBe(names.length);
  });

  (isThere ? describe : describe.skip).each(["mqtt", "ws"])("over %s", (scheme) => {
    let surroundings: { readonly broker: TestBroker; readonly relay: Relay } | undefined;

    beforeAll(async () => {
      const broker = await start();
      surroundings = { broker, relay: await Relay.start(broker.ports[scheme] ?? 0) };
    }, limitMs);

    afterAll(async () => {
      await surroundings?.relay.stop();
      await surroundings?.broker.stop();
    });

    const cases = scenarios.map((scenario) => {
      const lack = lacks.find((each) => each.scenario === scenario.name);
      return [lack === undefined ? scenario.name : `${scenario.name}: no, ${lack.because}`, scenario, lack] as const;
    });

    test.each(cases)(
      "%s",
      async (_name, scenario, lack) => {
        if (surroundings === undefined) {
          throw new Error("there is no broker");
        }
        const place = scenarioPlace({ scheme, ...surroundings });
        await (lack === undefined
          ? runScenario(scenario, place)
          : expectLack(lack, scenario, (each) => runScenario(each, place)));
      },
      limitMs,
    );
  });
});
