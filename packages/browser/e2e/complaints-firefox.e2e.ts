/**
 * No page may complain. A WebSocket that breaks in use is a complaint; one that breaks while the page closes it is not.
 * In Firefox alone: no other browser complains of either.
 */

import { expect, type Page } from "@playwright/test";
import { findMosquitto } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { collectComplaints, withoutClosingFailures } from "./support/complaints.js";
import { addressOf, perform, type Surroundings, test } from "./support/fixtures.js";
import { forms } from "./support/site.js";

test.skip(!needProgram(findMosquitto(), "mosquitto", "MOSQUITTO_PATH"), "mosquitto is missing");

/** Connects through the network that can be cut. */
async function connect(page: Page, surroundings: Surroundings): Promise<void> {
  const { scheme, cuttableHost, username, password } = addressOf(surroundings, "ws");
  const options = { url: `${scheme}://${cuttableHost}`, connectOptions: { username, password } };
  await perform(page, "connect", { options, subscriptions: [] });
}

for (const form of forms) {
  test(`${form}: a reset while the page closes its WebSocket is no complaint`, async ({ openPage, surroundings }) => {
    const page = await openPage({ form });
    const complained = page.waitForEvent("pageerror");
    await connect(page, surroundings);
    // The client stops though nothing answers its Close frame. The browser goes on waiting for that.
    surroundings.relays.ws.pause();
    await perform(page, "stop", {});
    surroundings.relays.ws.cut();
    await complained;
  });

  test(`${form}: a reset of a WebSocket in use is a complaint`, async ({ openPage, surroundings }) => {
    const page = await openPage({ form, isRough: true });
    const complaints = collectComplaints(page);
    const complained = page.waitForEvent("pageerror");
    await connect(page, surroundings);
    surroundings.relays.ws.cut();
    await complained;
    await perform(page, "stop", {});
    expect(complaints).toHaveLength(1);
    expect(withoutClosingFailures(complaints, await perform(page, "closingFailures", {}))).toEqual(complaints);
  });
}
