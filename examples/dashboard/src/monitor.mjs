/**
 * A second client in Node that listens to everything in the greenhouse and prints it, so that there is something to see
 * without a browser. It also takes the one command that is not for the greenhouse: restarting the broker.
 */
import { Mqtt5Client, QoS } from "@mqtt5/node";
import { topicsBelow } from "../page/topics.js";
import { MessageLines } from "./message-lines.mjs";

export class Monitor {
  #client;
  #topics;
  #lines;
  #log;
  #onRestart;

  /** `log` takes lines for the console; `onRestart` is called when somebody wants the broker restarted. */
  constructor({ url, root, clientId, log, onRestart }) {
    this.#topics = topicsBelow(root);
    this.#lines = new MessageLines(this.#topics.temperature.length);
    this.#log = log;
    this.#onRestart = onRestart;
    this.#client = new Mqtt5Client({
      url,
      minReconnectDelayMs: 500,
      maxReconnectDelayMs: 4_000,
      connectOptions: { clientId, keepAlive: 15 },
    });
    // Its session ends with the connection, so it subscribes on each one.
    this.#client.on("connectionSuccess", () => {
      this.#client
        .subscribe({ topicFilter: this.#topics.everything, qos: QoS.ExactlyOnce })
        .catch((error) => log(`monitor cannot subscribe: ${error.message}`));
    });
    // The greenhouse has the same broker, and shows why it cannot connect.
    this.#client.on("connectionFailure", () => {});
    this.#client.on("messageReceived", ({ message }) => this.#handleMessage(message));
  }

  start() {
    this.#client.start();
  }

  async stop() {
    await this.#client.stop({ timeoutMs: 1_500 });
  }

  #handleMessage(message) {
    if (message.topic === this.#topics.restartBroker) {
      this.#onRestart();
    } else if (!message.topic.startsWith(this.#topics.echo)) {
      const line = this.#lines.next(message, performance.now());
      if (line !== undefined) {
        this.#log(line);
      }
    }
  }
}
