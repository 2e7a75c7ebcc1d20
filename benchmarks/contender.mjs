/** A client under measurement, in a process of its own, so that its processor time is its own: `contender.mjs NAME URL`. */
import { once } from "node:events";
import { cpuUsage } from "node:process";

const topic = "bench/published";
const payload = new Uint8Array(64).fill(0x61);

const clients = {
  async "@mqtt5/node"(url) {
    const { Mqtt5Client } = await import("@mqtt5/node");
    const client = new Mqtt5Client({ url });
    client.on("connectionFailure", ({ error }) => {
      throw error;
    });
    client.start();
    await client.waitUntilConnected();
    return {
      publish: (qos) => client.publish({ topic, payload, qos }),
      subscribe: (qos) => client.subscribe({ topicFilter: "bench/received", qos }),
      listen: (listener) => client.on("messageReceived", listener),
      ask: (count) => client.publish({ topic: String(count), payload: "" }),
    };
  },
  async mqtt(url) {
    const { default: mqtt } = await import("mqtt");
    const buffer = Buffer.from(payload);
    const client = await mqtt.connectAsync(url, { protocolVersion: 5, path: "/mqtt" });
    return {
      publish: (qos) => client.publishAsync(topic, buffer, { qos }),
      subscribe: (qos) => client.subscribeAsync("bench/received", { qos }),
      listen: (listener) => client.on("message", listener),
      ask: (count) => client.publishAsync(String(count), ""),
    };
  },
};

const [, , name, url] = process.argv;
const client = await clients[name](url);

/** This many callers publish at a time, each waiting for the promise of its message. */
const callers = 1_000;

async function publishAll(qos, count) {
  let left = count;
  const call = async () => {
    while (left > 0) {
      left -= 1;
      await client.publish(qos);
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
}

let awaited = { count: 0, resolve() {} };
client.listen(() => {
  awaited.count -= 1;
  if (awaited.count === 0) {
    awaited.resolve();
  }
});

async function receiveAll(qos, count) {
  await client.subscribe(qos);
  await new Promise((resolve) => {
    awaited = { count, resolve };
    void client.ask(count);
  });
}

const jobs = { publish: publishAll, receive: receiveAll };

process.send("ready");
for (;;) {
  const [{ job, qos, count }] = await once(process, "message");
  const start = performance.now();
  const before = cpuUsage();
  await jobs[job](qos, count);
  const { user, system } = cpuUsage(before);
  process.send({ seconds: (performance.now() - start) / 1e3, processorSeconds: (user + system) / 1e6 });
}
