/**
 * The demo of `npm start`, used as a visitor would: the page shows what Node publishes, its buttons have an effect there,
 * both survive a restart of the broker, and a signal ends the program cleanly. It shows its secrets and its broker to no
 * stranger.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { makeCertificates } from "../../core/test/integration/certificates.js";
import { findMosquitto, Mosquitto } from "../../core/test/integration/mosquitto.js";
import { FolderServer } from "./support/folder-server.js";

const folder = fileURLToPath(new URL("../../../examples/dashboard/", import.meta.url));

/** By itself, or by npm and its shell, as `npm start` in the root of the repository does it after the build. */
const launchers = { node: [process.execPath, "start.mjs"], npm: ["npm", "start"] } as const;
type Launcher = keyof typeof launchers;

const timeout = 30_000;

test.describe.configure({ timeout: 120_000 });

/** The variables that the demo reads. */
const settings: ReadonlySet<string> = new Set(["MQTT_URL", "MQTT_WEBSOCKET_URL", "PORT"]);

/** What browsers themselves say of a connection that was cut or refused while the broker is away: they name its address. */
const connectionTrouble = /\bws:\/\/127\.0\.0\.1:/u;

class Demo {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #exit: Promise<unknown[]>;
  readonly #close: Promise<unknown[]>;
  output = "";
  errors = "";

  constructor(variables: Readonly<Record<string, string>>, launcher: Launcher) {
    const [command, argument] = launchers[launcher];
    const inherited = Object.entries(process.env).filter(([name]) => !settings.has(name));
    this.#child = spawn(command, [argument], {
      cwd: folder,
      // In a group of its own, so that a test that fails can end all of it.
      detached: true,
      env: { ...Object.fromEntries(inherited), ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#exit = once(this.#child, "exit");
    this.#close = once(this.#child, "close");
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.output += text;
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.errors += text;
    });
  }

  async waitFor(pattern: RegExp): Promise<string> {
    // With the errors, so that a failure shows why the program said nothing.
    await expect.poll(() => this.output + this.errors, { timeout }).toMatch(pattern);
    return pattern.exec(this.output)?.[1] ?? "";
  }

  /** Gives the exit code; null where a signal ended the process. */
  async end(signal: "SIGINT" | "SIGTERM"): Promise<unknown> {
    this.#child.kill(signal);
    const [code] = await this.#exit;
    return code;
  }

  /** Ends the launcher by a signal; resolves when no process is left that could write. */
  async endLauncher(signal: "SIGTERM" | "SIGHUP"): Promise<void> {
    this.#child.kill(signal);
    await this.#close;
  }

  kill(): void {
    const { pid } = this.#child;
    try {
      if (pid !== undefined) {
        process.kill(-pid, "SIGKILL");
      }
    } catch {
      // It has ended.
    }
  }
}

const started: Demo[] = [];

function startDemo(variables: Readonly<Record<string, string>> = {}, launcher: Launcher = "node"): Demo {
  const demo = new Demo(variables, launcher);
  started.push(demo);
  return demo;
}

test.afterEach(() => {
  for (const demo of started.splice(0)) {
    demo.kill();
  }
});

/** Collects what the page complains of, from now on. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      complaints.push(message.text());
    }
  });
  return complaints;
}

const counted = (page: Page, qos: number, column: number): Locator =>
  page.locator(`#counts tr[data-qos="${String(qos)}"] td`).nth(column);

async function expectTrafficAtEveryQos(page: Page): Promise<void> {
  for (const qos of [0, 1, 2]) {
    for (const column of [0, 1]) {
      await expect(counted(page, qos, column)).not.toHaveText("0", { timeout });
    }
  }
}

test("the page shows readings and its commands take effect, at every QoS", async ({ page }) => {
  const complaints = complaintsOf(page);
  const demo = startDemo();
  await page.goto(await demo.waitFor(/Dashboard {2}(http:\S+)/u));
  await expect(page.locator("#connection")).toHaveText("Connected", { timeout });
  for (const kind of ["temperature", "humidity", "light", "power"]) {
    await expect(page.locator(`[data-kind="${kind}"] .value`)).toHaveText(/^-?\d+(\.\d)?$/u, { timeout });
    await expect(page.locator(`[data-kind="${kind}"] .line`)).toHaveAttribute("d", /^M.+L/u, { timeout });
  }
  await expect(page.locator("#device-status")).toHaveText("online");

  const fan = page.getByRole("switch", { name: /^Fan/u });
  await expect(fan).toHaveAttribute("aria-checked", "false");
  await fan.click();
  await expect(fan).toHaveAttribute("aria-checked", "true", { timeout });
  await expect(page.locator("#fan-note")).toHaveText(/^PUBCOMP after .+, effect after .+ ms$/u, { timeout });
  await demo.waitFor(/greenhouse\/fan\/set +on +QoS 2/u);

  await page.getByRole("button", { name: "Half a degree warmer" }).click();
  await expect(page.locator("#target-note")).toHaveText(/^PUBACK after .+, effect after .+ ms$/u, { timeout });
  await expect(page.locator("#target")).toHaveText("22.5 °C");
  await demo.waitFor(/greenhouse\/target +22\.5 +QoS 1/u);

  await expect(page.locator("#round-trip")).toHaveText(/^\d+\.\d$/u, { timeout });
  await expect(page.locator("#door-note")).toHaveText(/0 missed, 0 twice$/u, { timeout });
  await expectTrafficAtEveryQos(page);

  await demo.waitFor(/greenhouse\/air\/temperature .+ QoS 0/u);
  expect(await demo.end("SIGINT")).toBe(0);
  expect(demo.errors).toBe("");
  await expect(page.locator("#connection")).not.toHaveText("Connected", { timeout });
  expect(complaints.filter((text) => !connectionTrouble.test(text))).toEqual([]);
});

test("a restart of the broker loses no command and no event", async ({ page }) => {
  const complaints = complaintsOf(page);
  const demo = startDemo();
  await page.goto(await demo.waitFor(/Dashboard {2}(http:\S+)/u));
  await expect(counted(page, 2, 0)).not.toHaveText("0", { timeout });
  expect(complaints).toEqual([]);

  await page.getByRole("button", { name: "the broker restarts?" }).click();
  await expect(page.locator("#connection")).not.toHaveText("Connected", { timeout });
  await page.getByRole("switch", { name: /^Fan/u }).click();
  await expect(page.locator("#fan-note")).toHaveText("Waiting for the broker …");

  await expect(page.locator("#connection")).toHaveText("Connected", { timeout });
  await expect(page.locator("#detail-session")).toHaveText(/^resumed, connection 2/u);
  await expect(page.locator("#fan")).toHaveAttribute("aria-checked", "true", { timeout });
  await demo.waitFor(/greenhouse is connected, with the session that it left/u);

  // Two movements of the door later it is known whether one was missed.
  const events = Number(await counted(page, 2, 0).textContent());
  await expect
    .poll(async () => Number(await counted(page, 2, 0).textContent()), { timeout })
    .toBeGreaterThan(events + 1);
  await expect(page.locator("#door-note")).toHaveText(/0 missed, 0 twice$/u);
  expect(complaints.filter((text) => !connectionTrouble.test(text))).toEqual([]);
  expect(await demo.end("SIGTERM")).toBe(0);
  expect(demo.errors).toBe("");
});

test("a greenhouse that drops out leaves its will, and gets the command that waited", async ({ page }) => {
  const demo = startDemo();
  await page.goto(await demo.waitFor(/Dashboard {2}(http:\S+)/u));
  await expect(page.locator("#device-status")).toHaveText("online", { timeout });
  await page.getByRole("button", { name: "the greenhouse drops out?" }).click();
  await expect(page.locator("#device-status")).toHaveText("offline", { timeout });
  await page.getByRole("switch", { name: /^Fan/u }).click();
  await expect(page.locator("#fan-note")).toHaveText(/^PUBCOMP after .+, waiting for the greenhouse …$/u, { timeout });
  await expect(page.locator("#device-status")).toHaveText("online", { timeout });
  await expect(page.locator("#fan")).toHaveAttribute("aria-checked", "true", { timeout });
});

test("it says what is missing, and ends without a broker too", async () => {
  const demo = startDemo({ MQTT_URL: "mqtt://user:secret@127.0.0.1:1" });
  await demo.waitFor(/Set MQTT_WEBSOCKET_URL to the/u);
  await demo.waitFor(/greenhouse cannot connect: /u);
  expect(demo.output).not.toContain("secret");
  expect(await demo.end("SIGINT")).toBe(0);
  expect(demo.errors).toBe("");
});

for (const signal of ["SIGTERM", "SIGHUP"] as const) {
  test(`${signal} to npm ends the demo with it`, async () => {
    const demo = startDemo({}, "npm");
    await demo.waitFor(/greenhouse is connected/u);
    await demo.endLauncher(signal);
    expect(demo.output).toMatch(/stopping\n[^]*stopped\n$/u);
    expect(demo.errors).toBe("");
  });
}

/** Tries to open a WebSocket for MQTT from the page that is open. */
async function tryWebSocket(page: Page, url: string): Promise<string> {
  return page.evaluate(
    (address) =>
      new Promise<string>((resolve) => {
        const webSocket = new WebSocket(address, "mqtt");
        webSocket.addEventListener("open", () => resolve("open"));
        webSocket.addEventListener("error", () => resolve("refused"));
      }),
    url,
  );
}

test("the embedded broker lets only the dashboard in, under each of its names", async ({ page }) => {
  const demo = startDemo();
  const dashboard = await demo.waitFor(/Dashboard {2}(http:\S+)/u);
  const broker = await demo.waitFor(/and (ws:\S+)/u);
  for (const url of [dashboard, dashboard.replace("127.0.0.1", "localhost")]) {
    await page.goto(url);
    await expect(page.locator("#connection")).toHaveText("Connected", { timeout });
    expect(await tryWebSocket(page, broker)).toBe("open");
  }
  const site = await FolderServer.start(folder, { "index.html": "<!doctype html><title>another site</title>" });
  await page.goto(site.url);
  expect(await tryWebSocket(page, broker)).toBe("refused");
  await site.stop();
});

test("a page gets no credentials, but asks its visitor for them", async ({ page, request }) => {
  const broker = await Mosquitto.start(findMosquitto() ?? "mosquitto", await makeCertificates());
  const { username, password, ports } = broker;
  const at = (scheme: "mqtt" | "ws"): string =>
    `${scheme}://${username}:${password}@127.0.0.1:${String(ports[scheme])}`;
  const demo = startDemo({ MQTT_URL: at("mqtt"), MQTT_WEBSOCKET_URL: at("ws") });
  const url = await demo.waitFor(/Dashboard {2}(http:\S+)/u);
  await demo.waitFor(/greenhouse is connected/u);
  const settingsForPage = await (await request.get(`${url}settings.json`)).text();
  expect(settingsForPage).toContain(String(ports.ws));

  await page.goto(url);
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Connect" }).click();
  await expect(page.locator("#connection")).toHaveText("Connected", { timeout });
  for (const shown of [settingsForPage, await page.content(), demo.output]) {
    expect(shown).not.toContain(username);
    expect(shown).not.toContain(password);
  }
  expect(await demo.end("SIGTERM")).toBe(0);
  await broker.stop();
});

test("an address with a query is refused, because the page would show it", async () => {
  const demo = startDemo({ MQTT_WEBSOCKET_URL: "ws://127.0.0.1:1/mqtt?token=hush" });
  await demo.waitFor(/MQTT_WEBSOCKET_URL must have no query/u);
  expect(demo.output + demo.errors).not.toContain("hush");
});
