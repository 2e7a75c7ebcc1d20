/**
 * Tabs that a browser shows and hides as it does for a user. Pages that Playwright opens are visible for ever, so these
 * are opened, and talked to, below it.
 */

import type { Browser, CDPSession } from "@playwright/test";

/** Chromium's arguments, without which it spares hidden tabs: Playwright gives them, and a user does not. */
export const sparingArguments: string[] = [
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/** Timers of a hidden tab come once a minute, and that after a second instead of five minutes. */
export const intensiveThrottling: string[] = ["--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1"];

/** What comes from a tab: the answer to a command, or an event. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Evaluation {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
}

export class RealTab {
  /** Opens a tab in front of all others; resolves when its page is loaded. */
  static async open(browser: Browser, url: string): Promise<RealTab> {
    const session = await browser.newBrowserCDPSession();
    const { targetId } = await session.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await session.send("Target.attachToTarget", { targetId, flatten: false });
    const tab = new RealTab(session, sessionId);
    await tab.#send("Page.enable", {});
    const loaded = tab.#next(({ method }) => method === "Page.loadEventFired");
    await tab.#send("Page.navigate", { url });
    await loaded;
    return tab;
  }

  readonly #session: CDPSession;
  readonly #sessionId: string;
  #lastId = 0;

  protected constructor(session: CDPSession, sessionId: string) {
    this.#session = session;
    this.#sessionId = sessionId;
  }

  /** Calls a function in the tab, which is given as its text; resolves with what it gives, or what its promise does. */
  async evaluate<Argument, Result>(
    call: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result> {
    const expression = `(${call.toString()})(${JSON.stringify(argument)})`;
    const answer = await this.#send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    const { result, exceptionDetails } = answer as Evaluation;
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? "an exception in the tab");
    }
    return result.value as Result;
  }

  async #send(method: string, params: object): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = this.#next((message) => message.id === id);
    const message = JSON.stringify({ id, method, params });
    await this.#session.send("Target.sendMessageToTarget", { sessionId: this.#sessionId, message });
    const { result, error } = await answered;
    if (error !== undefined) {
      throw new Error(error.message);
    }
    return result;
  }

  /** The next message of this kind. */
  #next(isMeant: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      const listen = ({ message: text }: { readonly message: string }): void => {
        const message = JSON.parse(text) as Message;
        if (isMeant(message)) {
          this.#session.off("Target.receivedMessageFromTarget", listen);
          resolve(message);
        }
      };
      this.#session.on("Target.receivedMessageFromTarget", listen);
    });
  }
}
