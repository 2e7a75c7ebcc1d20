/** The scenarios that every platform has in common, with the packed files in pages and in a worker. */

import { findMosquitto } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { scenarios } from "../../core/test/integration/scenarios.js";
import { addressOf, perform, test } from "./support/fixtures.js";
import type { Form } from "./support/site.js";

const ways: readonly (readonly [Form, "ws" | "wss"])[] = [
  ["iife", "ws"],
  ["esm", "wss"],
  ["worker", "ws"],
];

test.skip(!needProgram(findMosquitto(), "mosquitto", "MOSQUITTO_PATH"), "mosquitto is missing");

for (const [form, scheme] of ways) {
  test.describe(`${form} over ${scheme}`, () => {
    for (const { name, isRough = false } of scenarios) {
      test(name, async ({ openPage, surroundings, suffix }) => {
        const page = await openPage({ form, isRough });
        await perform(page, "runScenario", { name, suffix, broker: addressOf(surroundings, scheme) });
      });
    }
  });
}
