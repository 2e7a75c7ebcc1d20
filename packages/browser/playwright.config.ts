/**
 * The packed browser files in real browsers, against a real broker. Each worker has a broker of its own.
 */
import { defineConfig, type PlaywrightTestConfig } from "@playwright/test";
import { findProgram } from "../core/test/integration/find-program.js";
import { needProgram } from "../core/test/integration/needed-program.js";

type Project = NonNullable<PlaywrightTestConfig["projects"]>[number];

const chromium = findProgram("chromium", "CHROMIUM_PATH");
const firefox = findProgram("firefox-esr", "FIREFOX_PATH");

/**
 * Every scenario runs in both browsers, and every form of the files in one of them: a form does not depend on the
 * browser much, and all of them in both take as long as everything else. `pnpm test:long` runs all.
 */
const runsAll = process.env["MQTT5_ALL_FORMS"] !== undefined;
const withoutForms = (forms: RegExp): Pick<Project, "grepInvert"> => (runsAll ? {} : { grepInvert: forms });

const projects: Project[] = [
  ...(needProgram(chromium, "chromium", "CHROMIUM_PATH")
    ? [
        {
          name: "chromium",
          testIgnore: "*-firefox.e2e.ts",
          ...withoutForms(/scenarios\.e2e\.ts esm over wss/),
          use: { browserName: "chromium" as const, launchOptions: { executablePath: chromium } },
        },
      ]
    : []),
  // An unmodified Firefox is driven through the channel of WebDriver BiDi.
  ...(needProgram(firefox, "firefox-esr", "FIREFOX_PATH")
    ? [
        {
          name: "firefox",
          testIgnore: "*-chromium.e2e.ts",
          ...withoutForms(/scenarios\.e2e\.ts (?:iife|worker) over ws/),
          use: {
            browserName: "firefox" as const,
            channel: "moz-firefox",
            launchOptions: {
              executablePath: firefox,
              // The HTTP library of Debian's mosquitto offers WebSocket over HTTP/2, Firefox takes that up where it can,
              // and then mosquitto refuses it now and again.
              firefoxUserPrefs: { "network.http.http2.websockets": false },
            },
          },
        },
      ]
    : []),
];

export default defineConfig({
  testDir: "e2e",
  testMatch: "*.e2e.ts",
  outputDir: "../../.cache/playwright",
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  reporter: "list",
  use: { ignoreHTTPSErrors: true },
  projects,
});
