/** Prepares an attempt: its server, the fields of its CONNECT, and the function that opens its transport. */

import type { Transport } from "../../ports/transport.js";
import { ConnectionError, describeFailure } from "../../protocol/errors/connection-errors.js";
import type { Preparation } from "../driver.js";
import type { ClientOptions } from "../options/client-options.js";
import { copyOf } from "../options/option-copies.js";
import type { FlowControlLimits } from "../options/service-limits.js";
import type { Platform } from "../platform.js";
import { afterwards } from "../promise-like.js";
import { makeConnectPreparation } from "./application-hooks.js";
import { withAuthentication } from "./authenticator.js";
import type { ChosenServer, ServerChoice } from "./server-choice.js";

/** The parts of a client that prepare its attempts. */
interface PreparationParts {
  readonly servers: ServerChoice;
  readonly platform: Platform;
  readonly limits: FlowControlLimits;
}

/**
 * Makes the function that prepares each attempt at a server of the list. It throws or rejects if a function of the
 * application does.
 *
 * @throws {InvalidArgumentError} `connectOptions` is no function, and a field is invalid
 */
export function makePreparation(
  options: ClientOptions,
  { servers, platform, limits }: PreparationParts,
): (attempt: number, serverIndex: number) => Preparation | PromiseLike<Preparation> {
  const prepareConnect = withAuthentication(
    makeConnectPreparation(options.connectOptions, limits),
    options.authentication,
  );
  const prepareTransport = makeTransportPreparation(options, platform);
  const prepareAt = (attempt: number, { server, name, isReferred }: ChosenServer): ReturnType<typeof prepare> =>
    afterwards(prepareConnect(attempt), (request) => {
      const { username, password } = server;
      // A server that another one referred to gets no credentials but those that the application wrote into its URL.
      const connect = isReferred
        ? copyOf({ ...request, username, password })
        : { ...copyOf({ username, password }), ...request };
      const { maximumPacketSize } = connect;
      return afterwards(prepareTransport(server, { attempt, maximumPacketSize }), (openTransport) => ({
        connect,
        server: name,
        openTransport,
      }));
    });
  const prepare = (attempt: number, serverIndex: number): Preparation | PromiseLike<Preparation> =>
    afterwards(servers.choose(attempt, serverIndex), (chosen) => prepareAt(attempt, chosen));
  return prepare;
}

/** Prepares each attempt to use the option `transport`, or else the platform. */
function makeTransportPreparation({ transport }: ClientOptions, platform: Platform): Platform["prepareTransport"] {
  return transport
    ? (server) => (handlers) => {
        try {
          return transport(handlers, server);
        } catch (cause) {
          const message = describeFailure("the option transport failed", cause);
          handlers.closed(new ConnectionError({ phase: "prepare", message, cause }));
          return closedTransport;
        }
      }
    : (server, request) => platform.prepareTransport(server, request);
}

/** The transport of an attempt whose transport could not be opened. */
const closedTransport: Transport = {
  write: () => true,
  close: () => undefined,
  abort: () => undefined,
};
