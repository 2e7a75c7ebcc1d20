import { randomFillSync } from "node:crypto";
import type { Random } from "@mqtt5/core/adapter";

/** The random numbers of Node. All clients in this process share them. */
export const nodeRandom: Random = {
  number: () => Math.random(),
  bytes: (count) => randomFillSync(new Uint8Array(count)),
};
