import { expect, test } from "@jest/globals";
import { urlOf } from "../../test/support/local-servers.js";
import { nodeClock } from "./node-clock.js";
import { toConnectionError } from "./node-error.js";

const destination = { server: urlOf("mqtts", 8883), socketOptions: {}, tlsSettings: undefined, clock: nodeClock };

test.each([
  ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "tls"],
  ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "tls"],
  ["ECONNRESET", "connected"],
])("an open connection that breaks for %s does so in the phase %s", (code, phase) => {
  const cause = Object.assign(new Error("no"), { code });
  expect(toConnectionError(cause, "connected", destination)).toMatchObject({ phase, cause });
});

test("the path of a socket stands for its address", () => {
  const error = toConnectionError(new Error("no"), "tcp", { ...destination, socketOptions: { path: "/run/mqtt" } });
  expect(error.message).toBe("could not connect to /run/mqtt: no");
});
