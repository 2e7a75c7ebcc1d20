/** What the tests in browsers share: a broker, a network that can be cut, a web server, and pages under watch. */

import { randomUUID } from "node:crypto";
import { expect, type Page, test as base } from "@playwright/test";
import { makeCertificates } from "../../../core/test/integration/certificates.js";
import { findMosquitto, Mosquitto } from "../../../core/test/integration/mosquitto.js";
import { Relay } from "../../../core/test/integration/relay.js";
import type { BrokerAddress, PageTasks } from "../pages/page-tasks.js";
import { collectComplaints, withoutClosingFailures } from "./complaints.js";
import { type Form, Site } from "./site.js";

/** What a worker of the test runner has for itself. */
export interface Surroundings {
  readonly broker: Mosquitto;
  readonly relays: Readonly<Record<"ws" | "wss", Relay>>;
  readonly site: Site;
  /** Begins names that no other worker uses. */
  readonly prefix: string;
}

/** How a page is opened. */
export interface PageRequest {
  readonly form: Form;
  /** True where connections break or are refused on purpose, or a policy forbids something: browsers remark on that. */
  readonly isRough?: boolean;
  readonly policy?: string;
}

/** What a browser itself has to say about connections that break and policies that are obeyed. */
const remarks = /WebSocket|connection to the server|was interrupted|Content.Security.Policy/i;

interface TestFixtures {
  /** Opens a page with the client. At the end of the test it must have complained of nothing. */
  readonly openPage: (request: PageRequest) => Promise<Page>;
  /** A part of names that nobody else uses. */
  readonly suffix: string;
}

export const test = base.extend<TestFixtures, { readonly surroundings: Surroundings }>({
  surroundings: [
    async ({ browserName }, use) => {
      const broker = await Mosquitto.start(findMosquitto() ?? "mosquitto", await makeCertificates());
      const relays = { ws: await Relay.start(broker.ports.ws), wss: await Relay.start(broker.ports.wss) };
      const controls = (["ws", "wss"] as const).flatMap((scheme) => [
        [`${scheme}-cut`, doing(() => relays[scheme].cut())] as const,
        [`${scheme}-restart`, () => broker.restart()] as const,
      ]);
      const site = await Site.start(Object.fromEntries(controls));
      await use({ broker, relays, site, prefix: `${browserName}-${randomUUID()}` });
      await site.stop();
      await Promise.all([relays.ws.stop(), relays.wss.stop()]);
      await broker.stop();
    },
    { scope: "worker" },
  ],

  openPage: async ({ context, surroundings }, use) => {
    const watched: { readonly page: Page; readonly complaints: readonly string[] }[] = [];
    await use(async ({ form, isRough = false, policy }) => {
      const page = await context.newPage();
      const complaints = collectComplaints(page, (text) => isRough && remarks.test(text));
      watched.push({ page, complaints });
      await page.goto(surroundings.site.pageUrl(form, policy));
      await page.waitForFunction(() => globalThis.pageTasks !== undefined);
      return page;
    });
    for (const { page, complaints } of watched) {
      const closingFailures = complaints.length === 0 ? [] : await perform(page, "closingFailures", {});
      expect(withoutClosingFailures(complaints, closingFailures)).toEqual([]);
    }
  },

  suffix: async ({ surroundings }, use, { testId }) => {
    await use(`${surroundings.prefix}-${testId}`);
  },
});

function doing(action: () => void): () => Promise<void> {
  return async () => {
    action();
    await Promise.resolve();
  };
}

/** Has a page perform a task. */
export function perform<Name extends keyof PageTasks>(
  page: Page,
  name: Name,
  task: Parameters<PageTasks[Name]>[0],
): Promise<Awaited<ReturnType<PageTasks[Name]>>> {
  type Answer = Awaited<ReturnType<PageTasks[Name]>>;
  return page.evaluate(
    ([taskName, data]) => (globalThis.pageTasks?.[taskName] as (data: unknown) => Promise<Answer>)(data),
    [name, task] as const,
  );
}

/** The broker as pages see it. */
export function addressOf({ broker, relays }: Surroundings, scheme: "ws" | "wss"): BrokerAddress {
  const { username, password } = broker;
  const at = (port: number): string => `127.0.0.1:${String(port)}`;
  return { scheme, host: at(broker.ports[scheme]), cuttableHost: at(relays[scheme].port), username, password };
}
