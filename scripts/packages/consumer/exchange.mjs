/**
 * What every program does with the client: connect, send itself a message at each QoS, stop, and give what it received.
 * Nothing here ends the process; it has to end because nothing is left to wait for.
 */
export async function exchange(Mqtt5Client, options, topic = `consumer/${globalThis.crypto.randomUUID()}`) {
  const client = new Mqtt5Client(options);
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
  await client.waitUntilConnected();
  await client.subscribe({ topicFilter: topic, qos: 2 });
  for (const qos of [0, 1, 2]) {
    await client.publish({ topic, qos, payload: `at QoS ${qos}` });
  }
  const payloads = await received;
  if (payloads.join() !== "at QoS 0,at QoS 1,at QoS 2") {
    throw new Error(`received ${payloads.join()}`);
  }
  await client.stop();
  return payloads;
}
