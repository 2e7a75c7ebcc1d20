import { expect, test } from "@jest/globals";
import { urlOf } from "../../test/support/local-servers.js";
import { nodeClock } from "./node-clock.js";
import { toConnectionError } from "./node-error.js";
import { httpRefusal } from "./refusal-error.js";
import { toTlsSettings } from "../tls/tls-settings.js";

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

test.each([
  ["HPE_INVALID_CONSTANT", "use mqtt: or mqtts:"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "use mqtt: or ws:"],
  ["ECONNRESET", "tls.cert and tls.key"],
  ["EPIPE", "tls.cert and tls.key"],
  ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "tls.cert and tls.key"],
  ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "tls.cert and tls.key"],
  ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "tls.cert and tls.key"],
])("over TLS, %s comes with its likely cause", (code, advice) => {
  const cause = Object.assign(new Error("no"), { code });
  const error = toConnectionError(cause, "connack", { ...destination, tlsSettings: toTlsSettings({}) });
  expect(error.message).toContain(advice);
});

test("a connection that carried MQTT and breaks has another cause", () => {
  const cause = Object.assign(new Error("no"), { code: "ECONNRESET" });
  const secure = { ...destination, tlsSettings: toTlsSettings({}) };
  expect(toConnectionError(cause, "connected", secure).message).toBe("the connection to 127.0.0.1:8883 broke: no");
});

test("an error of OpenSSL is told by its reason", () => {
  const cause = Object.assign(new Error("802CAA:error:0A00010B:SSL routines::no:../deps/openssl/ssl.c:350:"), {
    library: "SSL routines",
    reason: "wrong version number",
  });
  expect(toConnectionError(cause, "tls", destination).message).toMatch(/ failed: wrong version number$/);
});

test.each([
  [200, " (there may be no WebSocket here: check scheme, port and path of the URL)"],
  [404, " (there may be no WebSocket here: check scheme, port and path of the URL)"],
  [503, ""],
])("after the status code %d the path may be wrong", (statusCode, advice) => {
  const { message } = toConnectionError(httpRefusal("the server", statusCode, "x"), "websocket", destination);
  expect(message).toBe(
    `the WebSocket to 127.0.0.1:8883 could not be opened: the server answered ${statusCode} x${advice}`,
  );
});

test.each([
  ["https://b.example/mqtt?token=hush", "answered 302 Found, a redirect to https://b.example/mqtt, which"],
  ["https://me:hush@b.example/", "answered 302 Found, a redirect, which"],
  ["/\u001b[31m", "answered 302 Found, a redirect, which"],
])("a redirect to %p is told without secrets and control characters", (location, text) => {
  const { message } = httpRefusal("the server", 302, "Found", location);
  expect(message).toContain(text);
  expect(message).not.toMatch(/hush|\p{Cc}/u);
});
