/**
 * The server of the next attempt: one of the option `url`, or one that a server referred to and the application allows
 * (section 4.11). A reference with 0x9C applies to one attempt. A reference with 0x9D replaces the server that gave it
 * until the client stops; a function that supplies the URL may take the new one over, and is asked again.
 */

import { DisconnectReasonCode } from "../../codec/reason-codes.js";
import type { MqttError } from "../../errors.js";
import type { Logger } from "../../ports/logger.js";
import type { ServerUrl } from "../../ports/server-url.js";
import { refusalOf } from "../../protocol/errors/connection-errors.js";
import type { ClientOptions } from "../options/client-options.js";
import type { Platform } from "../platform.js";
import { afterwards } from "../promise-like.js";
import { makeServerSource, type ServerSource } from "./server-source.js";
import { parseFollowingUrl, serverNameOf } from "./server-url.js";

/** The server of an attempt. */
export interface ChosenServer {
  readonly server: ServerUrl;
  /** The host and port of the server. */
  readonly name: string;
  /** True if it is not in the options: another server referred to it. */
  readonly isReferred: boolean;
}

/** The events that tell the server. */
const namedEvents: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "attemptingConnect",
  "connectionSuccess",
  "connectionFailure",
  "disconnection",
]);

export class ServerChoice {
  readonly #source: ServerSource;
  readonly #hasFunction: boolean;
  readonly #follow: (reference: string, from: ServerUrl) => ChosenServer | undefined;

  /** The servers that replace those of the list, by their places. */
  readonly #moved = new Map<number, ChosenServer>();

  /** The server for the next attempt only. */
  #next: ChosenServer | undefined;

  /** The attempt that began last, the place of its server in the list, and its server once that is known. */
  #attempt = 0;
  #index = 0;
  #current: ChosenServer | undefined;

  /**
   * Parses the URLs of the options.
   *
   * @throws {InvalidArgumentError} a URL is invalid or has another scheme, or a list has URLs with and without TLS
   */
  constructor(options: ClientOptions, platformSchemes: Platform["schemes"], logger: Logger) {
    const { url, followServerReference, allowInsecure = false, transport } = options;
    const rules = { schemes: transport ? "any" : platformSchemes, allowInsecure } as const;
    this.#source = makeServerSource(url, rules);
    this.#hasFunction = typeof url === "function";
    this.#follow = (reference, from) => {
      try {
        const next = followServerReference?.(reference);
        return next === undefined
          ? undefined
          : toChosen(parseFollowingUrl(next, from, rules, "followServerReference()"), true);
      } catch (cause) {
        logger.warn("followServerReference failed", cause);
        return undefined;
      }
    };
  }

  /** The name of the server of the last attempt; undefined while a function has not supplied it. */
  get name(): string | undefined {
    return this.#current?.name;
  }

  /** Adds the name of the server to the news of an attempt or a connection. */
  named<News extends { readonly type: string }>(news: News): News & { readonly server?: string | undefined } {
    return namedEvents.has(news.type) ? { ...news, server: this.name } : news;
  }

  /** Gives the server of the attempt that starts now. Throws or rejects if the function `url` does. */
  choose(attempt: number, index: number): ChosenServer | PromiseLike<ChosenServer> {
    const given = this.#next ?? this.#moved.get(index);
    this.#next = undefined;
    this.#attempt = attempt;
    this.#index = index;
    this.#current = given;
    return (
      given ??
      afterwards(this.#source(attempt, index), (server) => {
        const chosen = toChosen(server, false);
        // The function may answer after its attempt has ended.
        if (attempt === this.#attempt) {
          this.#current = chosen;
        }
        return chosen;
      })
    );
  }

  /**
   * Follows the server reference in the error of an attempt or a connection, if it has one. Returns true when the next
   * attempt goes to the server that it names.
   */
  handleFailure(error: MqttError): boolean {
    const { reasonCode, serverReference } = refusalOf(error) ?? {};
    const isMoved = reasonCode === DisconnectReasonCode.ServerMoved;
    if (serverReference === undefined || (!isMoved && reasonCode !== DisconnectReasonCode.UseAnotherServer)) {
      return false;
    }
    const followed = this.#current && this.#follow(serverReference, this.#current.server);
    if (followed && isMoved && !this.#hasFunction) {
      this.#moved.set(this.#index, followed);
    } else {
      this.#next = followed;
    }
    return followed !== undefined;
  }

  handleStopped(): void {
    this.#moved.clear();
    this.#next = undefined;
  }
}

function toChosen(server: ServerUrl, isReferred: boolean): ChosenServer {
  return { server, name: serverNameOf(server), isReferred };
}
