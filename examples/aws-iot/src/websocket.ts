/**
 * A service with AWS credentials: MQTT over WebSocket, where the URL of each attempt is signed (Signature Version 4).
 *
 *     node dist/websocket.js
 */
import { Mqtt5Client } from "@mqtt5/node";
import { exchange } from "./exchange.js";
import { setting } from "./settings.js";
import { type AwsCredentials, signHandshakes } from "./sigv4.js";

/**
 * Temporary credentials expire. A service that lives longer than they do asks the SDK of AWS here instead:
 * `fromNodeProviderChain()` of `@aws-sdk/credential-providers` gives a function of this very shape.
 */
const getCredentials = (): AwsCredentials => ({
  accessKeyId: setting("AWS_ACCESS_KEY_ID"),
  secretAccessKey: setting("AWS_SECRET_ACCESS_KEY"),
  sessionToken: process.env["AWS_SESSION_TOKEN"],
});

const client = new Mqtt5Client({
  url: `wss://${setting("AWS_IOT_ENDPOINT")}/mqtt`,
  websocketHandshakeTransform: signHandshakes({ region: setting("AWS_REGION"), getCredentials }),
  connectOptions: { clientId: setting("AWS_IOT_CLIENT_ID") },
  flowControl: "awsIotCoreDefaults",
});

await exchange(client);
