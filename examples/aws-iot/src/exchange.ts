/** What each program does with its client: it subscribes, publishes, and waits for its own message to come back. */
import { type Mqtt5Client, QoS } from "@mqtt5/node";

/** Of the topics that a policy has to allow for this client. */
const topic = "sdk/test/greeting";

export async function exchange(client: Mqtt5Client): Promise<void> {
  // The client goes on trying; what it says here is what went wrong meanwhile.
  client.on("connectionFailure", ({ error }) => console.error(`cannot connect: ${error.message}`));
  client.on("connectionSuccess", () => console.log("connected"));
  const received = new Promise<void>((resolve) => {
    client.on("messageReceived", ({ message }) => {
      console.log(`received from ${message.topic}: ${message.text()}`);
      resolve();
    });
  });
  client.start();
  // AWS IoT Core has QoS 0 and 1, and no QoS 2.
  await client.subscribe({ topicFilter: topic, qos: QoS.AtLeastOnce });
  await client.publish({ topic, payload: "hello", qos: QoS.AtLeastOnce });
  await received;
  await client.stop();
}
