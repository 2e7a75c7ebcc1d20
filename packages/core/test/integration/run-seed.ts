/** The seed of a run that is different each time: `MQTT5_SEED`, to repeat one, or a new one. */

import { randomInt } from "node:crypto";

const largest = 2 ** 31;

export function runSeed(): number {
  const given = process.env["MQTT5_SEED"];
  return given === undefined || given === "" ? randomInt(largest) : Number(given);
}
