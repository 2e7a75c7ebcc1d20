/** Each transport through each kind of proxy, with proxies and a broker of other people's making. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makeCertificates, type TestCertificates } from "../../core/test/integration/certificates.js";
import { Inbox, next } from "../../core/test/integration/inbox.js";
import { findMosquitto, Mosquitto, type TransportName, transports } from "../../core/test/integration/mosquitto.js";
import { needProgram } from "../../core/test/integration/needed-program.js";
import { trackClient } from "../../core/test/integration/tracked-client.js";
import { Mqtt5Client, type Mqtt5ClientOptions, QoS, RefusalError } from "../src/index.js";
import { findProxyPrograms, type ProxyScheme, proxySchemes, RealProxies } from "./support/real-proxies.js";

const program = findMosquitto();
const programs = findProxyPrograms();
const isThere = needProgram(program, "mosquitto", "MOSQUITTO_PATH") && programs !== undefined;

/** For a machine that is busy. */
const limitMs = 60_000;

interface Surroundings {
  readonly certificates: TestCertificates;
  readonly broker: Mosquitto;
  readonly proxies: RealProxies;
}

let made: Surroundings | undefined;

(isThere ? describe : describe.skip)("through real proxies", () => {
  beforeAll(async () => {
    if (program === undefined || programs === undefined) {
      return;
    }
    const certificates = await makeCertificates();
    const broker = await Mosquitto.start(program, certificates);
    made = { certificates, broker, proxies: await RealProxies.start(programs, certificates.server) };
  }, limitMs);

  afterAll(async () => {
    await made?.proxies.stop();
    await made?.broker.stop();
  });

  function surroundings(): Surroundings {
    if (made === undefined) {
      throw new Error("there are no proxies");
    }
    return made;
  }

  function proxyOf(scheme: ProxyScheme, password?: string): Required<Pick<Mqtt5ClientOptions, "proxy">> {
    const { proxies, certificates } = surroundings();
    const url = proxies.urlOf(scheme, password);
    return { proxy: scheme === "https" ? { url, tls: { ca: certificates.ca.cert } } : url };
  }

  /** A client of the broker by a name, which only the proxy is to resolve. */
  function makeClient(transport: TransportName, options: Partial<Mqtt5ClientOptions>) {
    const { broker, certificates } = surroundings();
    const isSecure = transport === "mqtts" || transport === "wss";
    return trackClient(
      new Mqtt5Client({
        url: `${transport}://localhost:${String(broker.ports[transport])}`,
        connectOptions: { username: broker.username, password: broker.password },
        ...(isSecure ? { tls: { ca: certificates.ca.cert } } : {}),
        ...options,
      }),
    );
  }

  async function failureOf(options: Partial<Mqtt5ClientOptions>, transport: TransportName = "mqtt") {
    const { client, finish } = makeClient(transport, options);
    const failed = next(client, "connectionFailure");
    client.start();
    const { error } = await failed;
    await finish();
    return error;
  }

  const ways = transports.flatMap((transport) => proxySchemes.map((scheme) => [transport, scheme] as const));

  test.each(ways)(
    "%s goes through a proxy of %s",
    async (transport, scheme) => {
      const { client, finish } = makeClient(transport, proxyOf(scheme));
      const inbox = new Inbox(client);
      const payload = new Uint8Array(1_048_576).map((_, index) => index % 251);
      const topic = `proxies/${transport}/${scheme}`;
      client.start();
      await client.subscribe({ topicFilter: topic, qos: QoS.ExactlyOnce });
      await client.publish({ topic, payload, qos: QoS.ExactlyOnce });
      const message = await inbox.first();
      expect(Buffer.compare(message.payload, payload)).toBe(0);
      await finish();
    },
    limitMs,
  );

  test.each(proxySchemes)("a wrong password is refused by a proxy of %s, for a while", async (scheme) => {
    const error = await failureOf(proxyOf(scheme, "wrong-password"));
    expect(error).toMatchObject({ phase: "proxy", code: "CONNECTION_FAILED", retryable: false });
    expect(error.cause).toBeInstanceOf(RefusalError);
    // tinyproxy has 407 for those that give no credentials, and 401 for those that give wrong ones.
    expect(error.cause).toMatchObject({ statusCode: scheme === "socks5" ? undefined : 401 });
    expect(error.message).not.toMatch(/wrong-password/);
  });

  test.each([
    ["http", 407],
    ["socks5", undefined],
  ] as const)("a proxy of %s that asks for credentials refuses a client without", async (scheme, statusCode) => {
    const { ports } = surroundings().proxies;
    const error = await failureOf({ proxy: `${scheme}://127.0.0.1:${String(ports[scheme])}` });
    expect(error).toMatchObject({ phase: "proxy", retryable: false });
    expect(error.cause).toMatchObject({ name: "RefusalError", statusCode });
  });

  test.each(proxySchemes)("a name that a proxy of %s cannot resolve may be there later", async (scheme) => {
    const error = await failureOf({ ...proxyOf(scheme), url: "mqtt://no-such-host.invalid" });
    expect(error).toMatchObject({ phase: "proxy", code: "CONNECTION_FAILED", retryable: true });
    expect(error.cause).toBeInstanceOf(RefusalError);
  });

  test.each(proxySchemes)(
    "a server behind a proxy of %s that cannot be trusted is a failure of TLS",
    async (scheme) => {
      const error = await failureOf({ ...proxyOf(scheme), tls: {} }, "mqtts");
      expect(error).toMatchObject({
        phase: "tls",
        cause: expect.objectContaining({ code: "SELF_SIGNED_CERT_IN_CHAIN" }),
      });
    },
  );

  test("a proxy whose certificate cannot be trusted is a failure of the proxy", async () => {
    const error = await failureOf({ proxy: surroundings().proxies.urlOf("https") });
    expect(error).toMatchObject({
      phase: "proxy",
      cause: expect.objectContaining({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }),
    });
  });
});
