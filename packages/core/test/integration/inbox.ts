/** Collects what a client receives and lets a scenario wait for it. */

import type { Mqtt5ClientBase } from "../../src/client/client.js";
import type { Mqtt5ClientEvents } from "../../src/client/events/client-events.js";
import type { ReceivedMessage } from "../../src/client/messages/received-message.js";

export class Inbox {
  readonly messages: ReceivedMessage[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(client: Mqtt5ClientBase) {
    client.on("messageReceived", ({ message }) => {
      this.messages.push(message);
      this.#waiting = this.#waiting.filter(({ count, resolve }) => {
        const isThere = this.messages.length >= count;
        if (isThere) {
          resolve();
        }
        return !isThere;
      });
    });
  }

  /** Resolves with all messages once there are so many. */
  async take(count: number): Promise<readonly ReceivedMessage[]> {
    if (this.messages.length < count) {
      await new Promise<void>((resolve) => {
        this.#waiting.push({ count, resolve });
      });
    }
    return this.messages;
  }

  /** Resolves with the first message. */
  async first(): Promise<ReceivedMessage> {
    const [message] = await this.take(1);
    if (message === undefined) {
      throw new Error("no message");
    }
    return message;
  }
}

/** Resolves with the next event of this name. */
export function next<Name extends keyof Mqtt5ClientEvents>(
  client: Mqtt5ClientBase,
  name: Name,
): Promise<Mqtt5ClientEvents[Name]> {
  return new Promise((resolve) => {
    client.once(name, resolve);
  });
}
