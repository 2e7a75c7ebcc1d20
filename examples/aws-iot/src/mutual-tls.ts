/**
 * A device with a certificate of its own (X.509), the usual way to connect things.
 *
 *     node dist/mutual-tls.js         port 443, which firewalls let pass
 *     node dist/mutual-tls.js 8883    the port of MQTT
 */
import { readFileSync } from "node:fs";
import { Mqtt5Client } from "@mqtt5/node";
import { exchange } from "./exchange.js";
import { setting } from "./settings.js";

const port = process.argv[2] ?? "443";

const client = new Mqtt5Client({
  url: `mqtts://${setting("AWS_IOT_ENDPOINT")}:${port}`,
  tls: {
    cert: readFileSync(setting("AWS_IOT_CERTIFICATE_FILE")),
    key: readFileSync(setting("AWS_IOT_PRIVATE_KEY_FILE")),
    // Port 443 is shared with HTTPS; this name asks for MQTT with a client certificate. Port 8883 needs none.
    ...(port === "443" ? { alpnProtocols: ["x-amzn-mqtt-ca"] } : {}),
    // The authority that signed the server's certificate, Amazon Root CA 1, comes with Node; so there is no `ca`.
  },
  connectOptions: { clientId: setting("AWS_IOT_CLIENT_ID") },
  flowControl: "awsIotCoreDefaults",
});

await exchange(client);
