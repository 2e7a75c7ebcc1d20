/** The client for Node, as built: the other side of a page's traffic. */

import type { ClientOptions } from "@mqtt5/core";
import type { Mqtt5ClientBase } from "@mqtt5/core/adapter";

interface NodeLibrary {
  readonly Mqtt5Client: new (options: ClientOptions) => Mqtt5ClientBase;
}

/** By its file, because no package but its own tests knows of it. */
const file = new URL("../../../node/dist/index.js", import.meta.url).href;

export async function makeNodeClient(options: ClientOptions): Promise<Mqtt5ClientBase> {
  const { Mqtt5Client } = (await import(file)) as NodeLibrary;
  return new Mqtt5Client(options);
}
