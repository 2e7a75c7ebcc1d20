/**
 * A page with temporary AWS credentials: the same signature as in Node, over the WebSocket of the browser.
 */
import { Mqtt5Client, QoS } from "@mqtt5/browser";
import { type AwsCredentials, signHandshakes } from "../src/sigv4.js";

/** What this page's own server tells a user who has signed in. */
interface Access {
  /** The endpoint of AWS IoT Core. */
  readonly endpoint: string;
  readonly region: string;
  /** The policy allows client identifiers of this user's. */
  readonly clientId: string;
  readonly credentials: AwsCredentials;
}

const topic = "sdk/test/greeting";

function show(line: string): void {
  document.querySelector("#log")?.append(`${line}\n`);
}

/**
 * Credentials in a page can be read by whoever has the page: hand out temporary ones with few rights, by Amazon Cognito
 * or, as here, by your server with `AssumeRole` of AWS STS.
 */
async function getAccess(): Promise<Access> {
  const response = await fetch("/access");
  return (await response.json()) as Access;
}

const { endpoint, region, clientId } = await getAccess();

const client = new Mqtt5Client({
  url: `wss://${endpoint}/mqtt`,
  websocketHandshakeTransform: signHandshakes({
    region,
    // Asked before each attempt: credentials that expired meanwhile are replaced.
    getCredentials: async () => (await getAccess()).credentials,
  }),
  connectOptions: { clientId },
  flowControl: "awsIotCoreDefaults",
});
client.on("connectionSuccess", () => show("connected"));
client.on("connectionFailure", ({ error }) => show(`cannot connect: ${error.message}`));
client.on("messageReceived", ({ message }) => show(`received from ${message.topic}: ${message.text()}`));
client.start();
await client.subscribe({ topicFilter: topic, qos: QoS.AtLeastOnce });
await client.publish({ topic, payload: "hello", qos: QoS.AtLeastOnce });
