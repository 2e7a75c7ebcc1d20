/** Shows that the model check can fail: each client below has one fault, and few seeds are enough to find it. */
import { describe, expect, test } from "@jest/globals";
import { Mqtt5ClientBase } from "../../src/client/client.js";
import type { MessageStream } from "../../src/client/messages/message-stream.js";
import type { MessageStreamOptions } from "../../src/client/messages/stream-options.js";
import type { ClientOptions } from "../../src/client/options/client-options.js";
import type { PublishOptions } from "../../src/client/options/publish-options.js";
import type { Platform } from "../../src/client/platform.js";
import type { PublishResult } from "../../src/protocol/engine-event.js";
import type { OperationStatistics } from "../../src/protocol/session/operation-statistics.js";
import { runScript, shorten } from "./run.js";
import { makeScript } from "./script.js";
import type { ClientClass } from "./world.js";

abstract class FaultyClient extends Mqtt5ClientBase {
  public constructor(options: ClientOptions, platform: Platform) {
    super(options, platform);
  }
}

/** Resolves before the server has answered. */
class HastyPublisher extends FaultyClient {
  override publish(message: PublishOptions): Promise<PublishResult> {
    void super.publish(message).catch(() => undefined);
    return Promise.resolve({ qos: 0 });
  }
}

/** Publishes once more when a publish fails. */
class StubbornPublisher extends FaultyClient {
  override publish(message: PublishOptions): Promise<PublishResult> {
    return super.publish(message).catch(() => super.publish(message));
  }
}

/** Resolves the stop before it has ended. */
class HastyStopper extends FaultyClient {
  override stop(): Promise<void> {
    void super.stop({ timeoutMs: 400 });
    return Promise.resolve();
  }
}

/** Loses each fourth message of a loop. */
class LeakyLoops extends FaultyClient {
  override messages(topicFilter?: string, options?: MessageStreamOptions): MessageStream {
    const stream = super.messages(topicFilter, options);
    const next = stream.next.bind(stream);
    let count = 0;
    stream.next = async () => {
      count += 1;
      return count % 4 === 0 ? next().then(next) : next();
    };
    return stream;
  }
}

/** Gives the first message of a loop twice. */
class StutteringLoops extends FaultyClient {
  override messages(topicFilter?: string, options?: MessageStreamOptions): MessageStream {
    const stream = super.messages(topicFilter, options);
    const next = stream.next.bind(stream);
    let first: ReturnType<typeof next> | undefined;
    let count = 0;
    stream.next = () => {
      count += 1;
      first ??= next();
      return count <= 2 ? first : next();
    };
    return stream;
  }
}

/** Counts an operation that does not exist. */
class Miscounting extends FaultyClient {
  override statistics(): OperationStatistics {
    return { ...super.statistics(), incompleteOperationCount: 1 };
  }
}

const faults: readonly (readonly [string, ClientClass, RegExp])[] = [
  ["a publish that resolves too early", HastyPublisher, /resolved, and the broker never got it/],
  ["a QoS 2 publish that is sent again as new", StubbornPublisher, /the broker got publish of p\d+ at QoS 2 2 times/],
  ["a stop that resolves too early", HastyStopper, /stop has resolved before stopped/],
  ["a loop that loses messages", LeakyLoops, /the loop on .* got .* 0 times/],
  ["a loop that repeats a message", StutteringLoops, /the loop on .* got .* 2 times, of 1 copies/],
  ["statistics that count too much", Miscounting, /incompleteOperationCount is 1 at rest/],
];

describe("the model check finds", () => {
  test.each(faults)("%s", async (_, clientClass, expected) => {
    const found = await firstFinding(clientClass, expected);
    expect(found).toMatch(expected);
  });

  test("nothing without a fault in a script of few steps, and shortens a script that fails", async () => {
    const script = { ...makeScript(1), steps: [{ do: "start" }, { do: "wait", ms: 10 }] } as const;
    expect(await runScript(script)).toEqual([]);
    const publish = { do: "publish", qos: 2, topic: "a" } as const;
    const noise = { do: "wait", ms: 1 } as const;
    const failing = { ...script, steps: [...script.steps, noise, publish, noise, noise] };
    const shortest = await shorten(failing, Miscounting);
    expect(shortest.steps).toEqual([]);
  });
});

/** The first finding of this kind among the first seeds. */
async function firstFinding(clientClass: ClientClass, expected: RegExp): Promise<string> {
  for (let seed = 1; seed <= 150; seed += 1) {
    const finding = (await runScript(makeScript(seed), clientClass)).find((each) => expected.test(each));
    if (finding !== undefined) {
      return finding;
    }
  }
  return "nothing";
}
