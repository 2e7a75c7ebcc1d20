/** Performs the tasks, in a page or in a worker, with the client that was loaded there. */

import { NumberTraffic } from "../../../core/test/integration/number-traffic.js";
import { runScenario } from "../../../core/test/integration/scenario-runner.js";
import { scenarios } from "../../../core/test/integration/scenarios.js";
import { type TrackedClient, trackClient } from "../../../core/test/integration/tracked-client.js";
import { watchClosings } from "./closing-failures.js";
import type { Library } from "./library.js";
import type { PageTasks, ScenarioTask } from "./page-tasks.js";

/** Has something done outside of the page. */
async function control(scheme: string, name: string): Promise<void> {
  const response = await fetch(`/control/${scheme}-${name}`, { method: "POST" });
  if (!response.ok) {
    throw new Error(`${name}: ${await response.text()}`);
  }
}

async function performScenario(library: Library, { name, suffix, broker }: ScenarioTask): Promise<void> {
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) {
    throw new Error(`there is no scenario "${name}"`);
  }
  const { scheme, host, cuttableHost, username, password } = broker;
  await runScenario(scenario, {
    create: (options) => new library.Mqtt5Client(options),
    functions: library,
    address: { scheme, host },
    cuttableAddress: { scheme, host: cuttableHost },
    username,
    password,
    suffix,
    cutNetwork: () => control(scheme, "cut"),
    restartBroker: () => control(scheme, "restart"),
  });
}

export function performTasks(library: Library): PageTasks {
  watchClosings();
  let open: { readonly tracked: TrackedClient; readonly traffic: NumberTraffic } | undefined;
  const current = (): { readonly tracked: TrackedClient; readonly traffic: NumberTraffic } => {
    if (open === undefined) {
      throw new Error("not connected");
    }
    return open;
  };
  return {
    runScenario: (task) => performScenario(library, task),
    connect: async ({ options, subscriptions }) => {
      const tracked = trackClient(new library.Mqtt5Client(options));
      const { client } = tracked;
      open = { tracked, traffic: new NumberTraffic(client) };
      client.start();
      await client.waitUntilConnected();
      if (subscriptions.length > 0) {
        await client.subscribe({ subscriptions });
      }
    },
    publishNumbers: (series) => current().traffic.publish(series),
    waitForNumbers: ({ topic, distinct }) => current().traffic.waitFor(topic, distinct),
    hold: () => {
      const { traffic } = current();
      traffic.hold();
      return traffic.settleReceived();
    },
    release: async () => {
      current().traffic.release();
      await Promise.resolve();
    },
    tally: async ({ topic }) => Promise.resolve(current().traffic.tally(topic)),
    statistics: async () => Promise.resolve(current().tracked.client.statistics()),
    publishLarge: async ({ topic, count, size }) => {
      const payload = new Uint8Array(size);
      for (let published = 0; published < count; published += 1) {
        await current().tracked.client.publish({ topic, payload });
      }
    },
    runOutOfTime: async ({ topic }) => {
      const { client } = current().tracked;
      const error: unknown = await client
        .publish({ topic, qos: 1 }, { timeoutMs: 1 })
        .catch((reason: unknown) => reason);
      return typeof error === "object" && error !== null && "code" in error ? String(error.code) : String(error);
    },
    closingFailures: async () => Promise.resolve(globalThis.closingFailures ?? []),
    stop: () => current().tracked.finish(),
  };
}
