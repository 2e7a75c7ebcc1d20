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
import { parseServerUrl, type ServerUrl } from "./server-url.js";

export class ServerChoice {
  /** The server of the options. */
  readonly original: ServerUrl;
  readonly #follow: (reference: string) => ServerUrl | undefined;
  #usual: ServerUrl;
  #next: ServerUrl | undefined;

  /**
   * Parses the URL of the options.
   *
   * @throws {InvalidArgumentError} the URL is invalid or has another scheme
   */
  constructor({ url, followServerReference }: ClientOptions, schemes: Platform["schemes"], logger: Logger) {
    this.original = this.#usual = parseServerUrl(url, schemes);
    this.#follow = (reference) => {
      try {
        const next = followServerReference?.(reference);
        return next === undefined ? next : parseServerUrl(next, schemes, "followServerReference()");
      } catch (cause) {
        logger.warn("followServerReference failed", cause);
        return undefined;
      }
    };
  }

  /** Gives the server of the attempt that starts now. */
  take(): ServerUrl {
    const server = this.#next ?? this.#usual;
    this.#next = undefined;
    return server;
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
    this.#usual = this.original;
    this.#next = undefined;
  }
}
