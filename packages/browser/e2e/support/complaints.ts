/** What a page complains of, in its console or by an error that nobody caught. */

import type { Page } from "@playwright/test";

/** Collects the complaints of a page from now on, except those that are to be left out. */
export function collectComplaints(page: Page, isLeftOut: (text: string) => boolean = () => false): readonly string[] {
  const complaints: string[] = [];
  const add = (text: string): void => {
    if (!isLeftOut(text)) {
      complaints.push(text);
    }
  };
  // Firefox reports broken connections as errors that nobody caught, Chromium in the console.
  page.on("pageerror", (error) => add(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") {
      add(message.text());
    }
  });
  return complaints;
}

/** Leaves out one remark of Firefox for each WebSocket that broke while the page itself was closing it. */
export function withoutClosingFailures(
  complaints: readonly string[],
  closingFailures: readonly string[],
): readonly string[] {
  const remaining = [...complaints];
  for (const url of closingFailures) {
    const index = remaining.findIndex((text) => text.includes(`connection to ${url} was interrupted`));
    if (index !== -1) {
      remaining.splice(index, 1);
    }
  }
  return remaining;
}
