/** Runs a scenario: makes its clients, and stops and judges them when it is over. */

import type { Mqtt5ClientBase } from "../../src/client/client.js";
import type { ClientOptions } from "../../src/client/options/client-options.js";
import type { ClientFunctions, ClientRequest, Scenario } from "./scenario.js";
import { type TrackedClient, trackClient } from "./tracked-client.js";

/** The place where a scenario runs. */
export interface ScenarioPlace {
  readonly create: (options: ClientOptions) => Mqtt5ClientBase;
  readonly functions: ClientFunctions;
  /** Scheme, host and port of the broker, and the same through the network that can be cut. */
  readonly address: ServerAddress;
  readonly cuttableAddress: ServerAddress;
  readonly username: string;
  readonly password: string;
  /** Makes the names of this run different from those of all others. */
  readonly suffix: string;
  readonly cutNetwork: () => Promise<void>;
  readonly restartBroker: () => Promise<void>;
}

export interface ServerAddress {
  readonly scheme: string;
  readonly host: string;
}

/** A failed attempt is repeated soon, so that a scenario with a broken network takes no longer than it must. */
const quickReconnect = { minReconnectDelayMs: 10, maxReconnectDelayMs: 100 } as const;

export async function runScenario(scenario: Scenario, place: ScenarioPlace): Promise<void> {
  const { username, password, cutNetwork, restartBroker } = place;
  const tracked: TrackedClient[] = [];
  const untracked = new Map<Mqtt5ClientBase, Mqtt5ClientBase>();
  const makeClient = (request: ClientRequest = {}): Mqtt5ClientBase => {
    const client = place.create(toOptions(request, place));
    const one = trackClient(client);
    tracked.push(one);
    untracked.set(one.client, client);
    return one.client;
  };
  const connect = async (request?: ClientRequest): Promise<Mqtt5ClientBase> => {
    const client = makeClient(request);
    client.start();
    await client.waitUntilConnected();
    return client;
  };
  const unique = (name: string): string => `${name}-${place.suffix}`;
  try {
    const functions: ClientFunctions = {
      createRequester: (client, ...rest) => place.functions.createRequester(untracked.get(client) ?? client, ...rest),
      respond: (client, ...rest) => place.functions.respond(untracked.get(client) ?? client, ...rest),
    };
    await scenario.run({ makeClient, connect, unique, username, password, cutNetwork, restartBroker, ...functions });
  } catch (error) {
    // What the scenario found comes first.
    await Promise.allSettled(tracked.map((one) => one.finish()));
    throw error;
  }
  await Promise.all(tracked.map((one) => one.finish()));
}

function toOptions({ options, isCuttable = false, userInfo }: ClientRequest, place: ScenarioPlace): ClientOptions {
  const { scheme, host } = isCuttable ? place.cuttableAddress : place.address;
  const { username, password } = place;
  const credentials = userInfo === undefined ? { username, password } : {};
  return {
    ...quickReconnect,
    ...options,
    connectOptions: {
      ...credentials,
      ...(typeof options?.connectOptions === "object" && options.connectOptions),
    },
    url: `${scheme}://${userInfo === undefined ? "" : `${userInfo}@`}${host}`,
  };
}
