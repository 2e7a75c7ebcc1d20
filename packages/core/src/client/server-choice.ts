/**
 * The server of the next attempt: that of the options, or one that a server referred to and the application allows
 * (section 4.11). A reference of 0x9C holds for one attempt, one of 0x9D until the client stops.
 */

import { ConnectReasonCode } from "../codec/reason-codes.js";
import type { MqttError } from "../errors.js";
import type { Logger } from "../ports/logger.js";
import { ConnectRejectedError, DisconnectedError } from "../protocol/connection-errors.js";
import { checkString } from "./checks.js";
import type { ClientOptions } from "./client-options.js";
import { parseServerUrl, type ServerUrl, type UrlScheme } from "./server-url.js";

export class ServerChoice {
  readonly #original: ServerUrl;
  readonly #schemes: readonly UrlScheme[];
  readonly #follow: ClientOptions["followServerReference"];
  readonly #logger: Logger;
  #usual: ServerUrl;
  #next: ServerUrl | undefined;

  /** Throws an `InvalidArgumentError` for a URL that cannot be used. */
  constructor(
    { url, followServerReference }: ClientOptions,
    { schemes, logger }: { readonly schemes: readonly UrlScheme[]; readonly logger: Logger },
  ) {
    this.#original = parseServerUrl(url, schemes);
    this.#usual = this.#original;
    this.#schemes = schemes;
    this.#follow = followServerReference;
    this.#logger = logger;
  }

  /** The server of the options. */
  get original(): ServerUrl {
    return this.#original;
  }

  /** The server of the attempt that begins. */
  take(): ServerUrl {
    const server = this.#next ?? this.#usual;
    this.#next = undefined;
    return server;
  }

  /** An attempt, or a connection, ended with this error. */
  handleFailure(error: MqttError): void {
    const { reasonCode, serverReference } = packetOf(error) ?? {};
    const isMoved = reasonCode === ConnectReasonCode.ServerMoved;
    if (serverReference !== undefined && (isMoved || reasonCode === ConnectReasonCode.UseAnotherServer)) {
      const server = this.#ask(serverReference);
      if (isMoved) {
        this.#usual = server ?? this.#usual;
      } else {
        this.#next = server;
      }
    }
  }

  handleStopped(): void {
    this.#usual = this.#original;
    this.#next = undefined;
  }

  #ask(reference: string): ServerUrl | undefined {
    try {
      const url = this.#follow?.(reference);
      const field = "the result of followServerReference";
      if (url !== undefined) {
        checkString(url, field);
        return parseServerUrl(url, this.#schemes, field);
      }
    } catch (cause) {
      this.#logger.warn("followServerReference failed", cause);
    }
    return undefined;
  }
}

/** The server's packet that refused or ended the connection. */
function packetOf(
  error: MqttError,
): { readonly reasonCode: number; readonly serverReference?: string | undefined } | undefined {
  return error instanceof ConnectRejectedError
    ? error.connack
    : error instanceof DisconnectedError
      ? error.disconnect
      : undefined;
}
