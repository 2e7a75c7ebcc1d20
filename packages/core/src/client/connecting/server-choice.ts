/**
 * The server of the next attempt: the one in the options, or one that a server referred to and the application allows
 * (section 4.11). A reference with 0x9C applies to one attempt, a reference with 0x9D until the client stops.
 */

import { DisconnectReasonCode } from "../../codec/reason-codes.js";
import type { MqttError } from "../../errors.js";
import { refusalOf } from "../../protocol/errors/connection-errors.js";
import type { ClientOptions } from "../options/client-options.js";
import type { Logger } from "../../ports/logger.js";
import type { Platform } from "../platform.js";
import { type AllowedSchemes, parseFollowingUrl, parseServerUrl } from "./server-url.js";
import type { ServerUrl } from "../../ports/server-url.js";

/** The server of an attempt. */
export interface ChosenServer {
  readonly server: ServerUrl;
  /** True if it is not in the options: another server referred to it. */
  readonly isReferred: boolean;
}

export class ServerChoice {
  readonly #original: ChosenServer;
  readonly #follow: (reference: string) => ChosenServer | undefined;
  #usual: ChosenServer;
  #next: ChosenServer | undefined;

  /** The server of the attempt or connection under way. */
  #current: ChosenServer;

  /**
   * Parses the URL of the options.
   *
   * @throws {InvalidArgumentError} the URL is invalid or has another scheme
   */
  constructor(options: ClientOptions, platformSchemes: Platform["schemes"], logger: Logger) {
    const { url, followServerReference, allowInsecure = false, transport } = options;
    const schemes: AllowedSchemes = transport ? "any" : platformSchemes;
    this.#original = this.#usual = this.#current = { server: parseServerUrl(url, schemes), isReferred: false };
    this.#follow = (reference) => {
      try {
        const next = followServerReference?.(reference);
        if (next === undefined) {
          return undefined;
        }
        const rules = { schemes, allowInsecure };
        const server = parseFollowingUrl(next, this.#current.server, rules, "followServerReference()");
        return { server, isReferred: true };
      } catch (cause) {
        logger.warn("followServerReference failed", cause);
        return undefined;
      }
    };
  }

  /** Gives the server of the attempt that starts now. */
  take(): ChosenServer {
    this.#current = this.#next ?? this.#usual;
    this.#next = undefined;
    return this.#current;
  }

  /** Follows the server reference in the error of an attempt or a connection, if it has one. */
  handleFailure(error: MqttError): void {
    const { reasonCode, serverReference } = refusalOf(error) ?? {};
    if (serverReference === undefined) {
      return;
    }
    if (reasonCode === DisconnectReasonCode.UseAnotherServer) {
      this.#next = this.#follow(serverReference);
    } else if (reasonCode === DisconnectReasonCode.ServerMoved) {
      this.#usual = this.#follow(serverReference) ?? this.#usual;
    }
  }

  handleStopped(): void {
    this.#usual = this.#original;
    this.#next = undefined;
  }
}
