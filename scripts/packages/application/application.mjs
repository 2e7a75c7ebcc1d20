/** A small application that is bundled: it sends itself a message at each QoS, and gives back what it received. */
import { Mqtt5Client } from "@mqtt5/browser";

globalThis.exchange = async ({ url, username, password, topic }) => {
  const client = new Mqtt5Client({ url, connectOptions: { username, password } });
  const received = new Promise((resolve) => {
    const payloads = [];
    client.on("messageReceived", ({ message }) => {
      payloads.push(message.text());
      if (payloads.length === 3) {
        resolve(payloads);
      }
    });
  });
  client.start();
  await client.subscribe({ topicFilter: topic, qos: 2 });
  for (const qos of [0, 1, 2]) {
    await client.publish({ topic, qos, payload: `at QoS ${qos}` });
  }
  const payloads = await received;
  await client.stop();
  return payloads;
};
