/** Shows that the model check can fail: each client below gets one fault, and few seeds are enough to find it. */
import { describe, expect, test } from "@jest/globals";
import { runScript, shorten } from "./run.js";
import { makeScript } from "./script.js";
import type { Plant } from "./world.js";

/** Resolves before the server has answered. */
const publishHastily: Plant = (client) => {
  const publish = client.publish.bind(client);
  client.publish = (message) => {
    void publish(message).catch(() => undefined);
    return Promise.resolve({ qos: 0 });
  };
};

/** Publishes once more when a publish fails. */
const publishStubbornly: Plant = (client) => {
  const publish = client.publish.bind(client);
  client.publish = (message) => publish(message).catch(() => publish(message));
};

/** Resolves the stop before it has ended. */
const stopHastily: Plant = (client) => {
  const stop = client.stop.bind(client);
  client.stop = (options) => {
    void stop(options);
    return Promise.resolve();
  };
};

/** Loses each fourth message of a loop. */
const loseMessages: Plant = (client) => {
  const messages = client.messages.bind(client);
  client.messages = (topicFilter, options) => {
    const stream = messages(topicFilter, options);
    const next = stream.next.bind(stream);
    let count = 0;
    stream.next = () => {
      count += 1;
      return count % 4 === 0 ? next().then(next) : next();
    };
    return stream;
  };
};

/** Gives the first message of a loop twice. */
const repeatMessages: Plant = (client) => {
  const messages = client.messages.bind(client);
  client.messages = (topicFilter, options) => {
    const stream = messages(topicFilter, options);
    const next = stream.next.bind(stream);
    let first: ReturnType<typeof next> | undefined;
    let count = 0;
    stream.next = () => {
      count += 1;
      first ??= next();
      return count <= 2 ? first : next();
    };
    return stream;
  };
};

/** Counts an operation that does not exist. */
const miscount: Plant = (client) => {
  const statistics = client.statistics.bind(client);
  client.statistics = () => ({ ...statistics(), incompleteOperationCount: 1 });
};

const faults: readonly (readonly [string, Plant, RegExp])[] = [
  ["a publish that resolves too early", publishHastily, /resolved, and the broker never got it/],
  ["a QoS 2 publish that is sent again as new", publishStubbornly, /the broker got publish of p\d+ at QoS 2 2 times/],
  ["a stop that resolves too early", stopHastily, /stop has resolved before stopped/],
  ["a loop that loses messages", loseMessages, /the loop on .* got .* 0 times/],
  ["a loop that repeats a message", repeatMessages, /the loop on .* got .* 2 times, of 1 copies/],
  ["statistics that count too much", miscount, /incompleteOperationCount is 1 at rest/],
];

describe("the model check finds", () => {
  test.each(faults)("%s", async (_, plant, expected) => {
    expect(await firstFinding(plant, expected)).toMatch(expected);
  });

  test("nothing in a script without a fault, and shortens a script that fails", async () => {
    const script = { ...makeScript(1), steps: [{ do: "start" }, { do: "wait", ms: 10 }] } as const;
    expect(await runScript(script)).toEqual([]);
    const publish = { do: "publish", qos: 2, topic: "a" } as const;
    const noise = { do: "wait", ms: 1 } as const;
    const failing = { ...script, steps: [...script.steps, noise, publish, noise, noise] };
    const shortest = await shorten(failing, publishTwice);
    expect(shortest.steps).toEqual([publish]);
  });
});

/** Publishes each message twice. */
const publishTwice: Plant = (client) => {
  const publish = client.publish.bind(client);
  client.publish = (message) => publish(message).then(() => publish(message));
};

/** The first finding of this kind among the first seeds. */
async function firstFinding(plant: Plant, expected: RegExp): Promise<string> {
  for (let seed = 1; seed <= 150; seed += 1) {
    const finding = (await runScript(makeScript(seed), plant)).find((each) => expected.test(each));
    if (finding !== undefined) {
      return finding;
    }
  }
  return "nothing";
}
