/** What a scenario is made of, and what it is given by the place where it runs: Node, a page, or a worker. */

import type { Mqtt5ClientBase } from "../../src/client/client.js";
import type { ClientOptions } from "../../src/client/options/client-options.js";
import type { ConnectOptions } from "../../src/client/options/connect-options.js";
import type { createRequester } from "../../src/client/requests/requester.js";
import type { respond } from "../../src/client/requests/responder.js";

/** The options of a client without its URL. */
export interface ScenarioOptions extends Omit<ClientOptions, "url" | "connectOptions"> {
  readonly connectOptions?: ConnectOptions;
}

/** A client to be made; the transport and the credentials are added. */
export interface ClientRequest {
  readonly options?: ScenarioOptions;
  /** True to connect through the part of the network that `cutNetwork` cuts. */
  readonly isCuttable?: boolean;
  /** User info for the URL, in place of credentials in the options. */
  readonly userInfo?: string;
}

/** Functions of the package under test that take a client. */
export interface ClientFunctions {
  readonly createRequester: typeof createRequester;
  readonly respond: typeof respond;
}

export interface ScenarioContext extends ClientFunctions {
  /** Makes a client that is not started; it is stopped, and judged, when the scenario ends. */
  readonly makeClient: (request?: ClientRequest) => Mqtt5ClientBase;

  /** A client that is connected. */
  readonly connect: (request?: ClientRequest) => Promise<Mqtt5ClientBase>;

  /** A topic or client id that nobody else uses. */
  readonly unique: (name: string) => string;

  readonly username: string;
  readonly password: string;

  readonly cutNetwork: () => Promise<void>;
  readonly restartBroker: () => Promise<void>;
}

export interface Scenario {
  readonly name: string;
  /** True where connections break or are refused on purpose, which a browser remarks on in its console. */
  readonly isRough?: boolean;
  readonly run: (context: ScenarioContext) => Promise<void>;
}
