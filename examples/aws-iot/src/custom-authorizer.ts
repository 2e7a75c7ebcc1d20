/**
 * A client that a custom authorizer lets in: a Lambda function of yours that looks at a token, or at user name and
 * password. There is no client certificate.
 *
 *     node dist/custom-authorizer.js
 */
import { Mqtt5Client } from "@mqtt5/node";
import { exchange } from "./exchange.js";
import { setting } from "./settings.js";

/**
 * The parameters travel as a query behind the user name (which may be empty), so their values are URL-encoded. The
 * signature is that of the token, SHA-256 with RSA, in Base64: made by whoever issues the token, who has the private
 * key. An authorizer whose signing is disabled is sent no signature.
 */
function authorizedUserName(): string {
  const parameters = [
    ["x-amz-customauthorizer-name", setting("AWS_IOT_AUTHORIZER")],
    ["x-amz-customauthorizer-signature", setting("AWS_IOT_TOKEN_SIGNATURE")],
    // The authorizer's token key name.
    [setting("AWS_IOT_TOKEN_KEY"), setting("AWS_IOT_TOKEN")],
  ] as const;
  return `?${parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
}

const client = new Mqtt5Client({
  url: `mqtts://${setting("AWS_IOT_ENDPOINT")}:443`,
  // On port 443 this name asks for MQTT with custom authentication.
  tls: { alpnProtocols: ["mqtt"] },
  // A function is asked before each attempt, and may answer later: the place to fetch a fresh token.
  connectOptions: () => ({ clientId: setting("AWS_IOT_CLIENT_ID"), username: authorizedUserName() }),
  flowControl: "awsIotCoreDefaults",
});

await exchange(client);
