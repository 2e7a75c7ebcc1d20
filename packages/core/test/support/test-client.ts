import { Mqtt5ClientBase } from "../../src/client/client.js";
import type { ClientOptions } from "../../src/client/options/client-options.js";
import type { Platform } from "../../src/client/platform.js";
import { ScriptedPeer, VirtualClock } from "../../src/testing/index.js";
import { PromiseLedger } from "./promise-ledger.js";
import { seededBytes } from "./random.js";

/** The client on a platform of virtual time and a scripted peer. */
class TestClient extends Mqtt5ClientBase {
  public constructor(options: ClientOptions, platform: Platform) {
    super(options, platform);
  }
}

/** A client with everything that a test moves and looks at. */
export interface ClientBench {
  readonly client: Mqtt5ClientBase;
  readonly clock: VirtualClock;
  readonly peer: ScriptedPeer;
  /** What the client logged. */
  readonly logged: readonly string[];
  /** The server of each attempt that came so far. */
  readonly targets: readonly string[];
  /** Every promise that the client handed out through it; see `PromiseLedger`. */
  readonly ledger: PromiseLedger;
}

/** Makes a client that is not started yet. Every random number is one half; random bytes come from a seed. */
export function makeBench(options: Partial<ClientOptions> = {}, platformParts: Partial<Platform> = {}): ClientBench {
  const clock = new VirtualClock();
  const peer = new ScriptedPeer({ clock });
  const logged: string[] = [];
  const targets: string[] = [];
  const platform: Platform = {
    schemes: ["mqtt", "ws"],
    optionChecks: {},
    clock,
    random: { number: () => 0.5, bytes: seededBytes(1) },
    logger: { warn: (message) => logged.push(message) },
    prepareTransport: ({ href }) => {
      targets.push(href);
      return peer.transport;
    },
    ...platformParts,
  };
  const client = new TestClient({ url: "mqtt://broker.example", ...options }, platform);
  return { client, clock, peer, logged, targets, ledger: new PromiseLedger() };
}

/** Makes a client and connects it; the CONNECT is taken out of the peer. */
export async function makeConnectedBench(options: Partial<ClientOptions> = {}): Promise<ClientBench> {
  const bench = makeBench(options);
  bench.client.start();
  bench.peer.acceptConnections();
  await bench.clock.settle();
  bench.peer.expect("connect");
  return bench;
}
