/**
 * A process of its own with a client that counts the user properties of what its server sends, up to a message with the
 * topic `last`. It prints what it saw, and ends.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Mqtt5Client } from "../../src/index.js";

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const client = new Mqtt5Client({ url: process.argv[2] ?? "", reconnectPolicy: () => "stop" });
const seen: unknown[] = [];
/** How long the event loop stood still at the longest, and how much memory there was at the most. */
const figures: string[] = [];

/** The number of the user properties, or the name of the error. */
function count(properties: () => readonly unknown[]): number | string {
  try {
    return properties().length;
  } catch (error) {
    return error instanceof Error ? error.name : "?";
  }
}

client.on("messageReceived", ({ message }) => {
  const { topic } = message;
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  figures.push(`before ${topic}: stall ${(delay.max / 1e6).toFixed()} ms, peak ${peakMiB.toFixed()} MiB`);
  seen.push([topic, count(() => message.userProperties)]);
  if (topic === "last") {
    void client.stop();
  }
});
client.on("stopped", ({ error }) => {
  process.stdout.write(JSON.stringify({ seen, figures, error: error?.message }));
});
client.start();
