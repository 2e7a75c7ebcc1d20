import { randomUUID } from "node:crypto";
import type { Relay } from "../../../core/test/integration/relay.js";
import type { ScenarioPlace } from "../../../core/test/integration/scenario-runner.js";
import { createRequester, Mqtt5Client, type Mqtt5ClientOptions, respond } from "../../src/index.js";
import type { TestBroker } from "../brokers/test-broker.js";

/** A broker, the transport to it, and the network between. */
export interface PlaceOptions {
  readonly scheme: string;
  readonly broker: TestBroker;
  readonly relay: Relay;
  readonly tls?: Mqtt5ClientOptions["tls"];
}

/** The place where scenarios run with the client for Node. */
export function scenarioPlace({ scheme, broker, relay, tls }: PlaceOptions): ScenarioPlace {
  const { username, password } = broker;
  const at = (port: number | undefined) => ({ scheme, host: `127.0.0.1:${String(port)}` });
  return {
    create: (options) => new Mqtt5Client({ ...options, ...(tls !== undefined && { tls }) }),
    functions: { createRequester, respond },
    address: at(broker.ports[scheme]),
    cuttableAddress: at(relay.port),
    username,
    password,
    suffix: randomUUID(),
    cutNetwork: async () => {
      relay.cut();
      await Promise.resolve();
    },
    restartBroker: () => broker.restart(),
  };
}
