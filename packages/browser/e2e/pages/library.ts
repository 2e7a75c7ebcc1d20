import type { ClientOptions, createRequester, respond } from "@mqtt5/core";
import type { Mqtt5ClientBase } from "@mqtt5/core/adapter";

/** What the packed files export, as far as the pages use it. */
export interface Library {
  readonly Mqtt5Client: new (options: ClientOptions) => Mqtt5ClientBase;
  readonly createRequester: typeof createRequester;
  readonly respond: typeof respond;
}

declare global {
  /** The global of the file for script tags. */
  var mqtt5: Library | undefined;
}

/** The client that the script tag brought. */
export function globalLibrary(): Library {
  if (globalThis.mqtt5 === undefined) {
    throw new Error("the script did not set its global");
  }
  return globalThis.mqtt5;
}
