/** The page of the example for AWS IoT Core, in real browsers: it signs with Web Crypto what the stand-in checks. */
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { PageSite } from "../../../examples/aws-iot/test/support/page-site.js";
import { startGateway, type TestGateway } from "../../../examples/aws-iot/test/support/test-gateway.js";
import { findMosquitto } from "../../core/test/integration/mosquitto.js";

const timeout = 30_000;
const root = fileURLToPath(new URL("../../..", import.meta.url));

let gateway: TestGateway;
let site: PageSite;
/** Changes to what the page's own server says. */
let changes: Readonly<Record<string, string>>;

test.beforeAll(async () => {
  gateway = await startGateway(findMosquitto() ?? "mosquitto");
  site = await PageSite.start(root, () => ({
    // A page cannot be sent elsewhere than it asks for, so the port is in the name here, and in what is signed.
    endpoint: `localhost:${String(gateway.standIn.ports["443"])}`,
    region: gateway.credentials.region,
    clientId: "page",
    credentials: { ...gateway.credentials, ...changes },
  }));
});

test.beforeEach(() => {
  changes = {};
});

test.afterAll(async () => {
  await site.stop();
  await gateway.stop();
});

test("the page gets in by its signature", async ({ page }) => {
  await page.goto(site.pageUrl);
  await expect(page.locator("#log")).toHaveText("connected\nreceived from sdk/test/greeting: hello\n", { timeout });
  expect(gateway.standIn.log).toContain("signature: page");
});

test("credentials that were wrong are asked for again", async ({ page }) => {
  changes = { secretAccessKey: "expired" };
  await page.goto(site.pageUrl);
  await expect(page.locator("#log")).toContainText("cannot connect: ", { timeout });
  expect(gateway.standIn.log).toContain("refused: signature of the URL");
  changes = {};
  await expect(page.locator("#log")).toContainText("received from sdk/test/greeting: hello", { timeout });
});
