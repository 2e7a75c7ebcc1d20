/** That the stand-in is as strict as what it stands for: an example that gets in has done all of it right. */
import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import { connect, type ConnectionOptions } from "node:tls";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { SignatureV4 } from "@smithy/signature-v4";
import { generate } from "mqtt-packet";
import { WebSocket } from "ws";
import { findMosquitto } from "../../../packages/core/test/integration/mosquitto.js";
import { needProgram } from "../../../packages/core/test/integration/needed-program.js";
import { type SigningRequest, signMqttUrl } from "../src/sigv4.js";
import { Sha256 } from "./support/signature-oracle.js";
import { endpoint, startGateway, type TestGateway } from "./support/test-gateway.js";

const mosquitto = findMosquitto();
const suite = needProgram(mosquitto, "mosquitto", "MOSQUITTO_PATH") ? describe : describe.skip;

suite("the stand-in turns away", () => {
  let gateway: TestGateway;
  let trust: ConnectionOptions;
  let device: ConnectionOptions;

  beforeAll(async () => {
    gateway = await startGateway(mosquitto ?? "mosquitto");
    const { environment } = gateway;
    const read = (name: string): string => readFileSync(environment[name] ?? "", "utf8");
    trust = { host: "127.0.0.1", servername: endpoint, ca: read("NODE_EXTRA_CA_CERTS") };
    device = { ...trust, cert: read("AWS_IOT_CERTIFICATE_FILE"), key: read("AWS_IOT_PRIVATE_KEY_FILE") };
  });

  beforeEach(() => {
    gateway.standIn.log.length = 0;
  });

  afterAll(() => gateway.stop());

  /** Sends a CONNECT; gives what comes back until the end of the connection. */
  async function exchange(port: "443" | "8883", options: ConnectionOptions, username = ""): Promise<Buffer> {
    const socket = connect({ ...options, port: gateway.standIn.ports[port] });
    const received: Buffer[] = [];
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => received.push(chunk));
    const packet = { cmd: "connect", clientId: "boiler", keepalive: 0, protocolVersion: 5, username } as const;
    socket.end(generate(packet));
    await new Promise((resolve) => socket.once("close", resolve));
    return Buffer.concat(received);
  }

  const isConnack = (answer: Buffer): boolean => answer[0] === 0x20;

  test("a device without a certificate, on either port", async () => {
    expect(await exchange("8883", trust)).toHaveLength(0);
    expect(await exchange("443", { ...trust, ALPNProtocols: ["x-amzn-mqtt-ca"] })).toHaveLength(0);
    expect(gateway.standIn.log).toHaveLength(2);
  });

  test("MQTT on port 443 without the name of a protocol, or with another one", async () => {
    expect(isConnack(await exchange("443", device))).toBe(false);
    expect(await exchange("443", { ...device, ALPNProtocols: ["mqtt/5"] })).toHaveLength(0);
  });

  test("a client that does not say whom it wants to reach", async () => {
    const options = { ...device, ALPNProtocols: ["x-amzn-mqtt-ca"], checkServerIdentity: () => undefined };
    expect(await exchange("443", { ...options, servername: "" })).toHaveLength(0);
    expect(gateway.standIn.log).toEqual([expect.stringMatching(/^refused: server name/)]);
  });

  test.each([
    ["", "user name without a query"],
    ["boiler", "user name without a query"],
    ["?x-amz-customauthorizer-name=others", "unknown authorizer"],
    ["?x-amz-customauthorizer-name=greenhouses&token=t", "signature of the token"],
    ["?x-amz-customauthorizer-name=greenhouses&token=a+b", "token is not URL-encoded"],
  ])("the user name %j: %s", async (username, reason) => {
    const answer = await exchange("443", { ...trust, ALPNProtocols: ["mqtt"] }, username);
    expect([...answer].slice(0, 4)).toEqual([0x20, 3, 0, 0x87]);
    expect(gateway.standIn.log).toEqual([`refused: ${reason}`]);
  });

  /** Opens a WebSocket; gives the status of the answer, 101 where it opened. */
  async function upgrade(url: string): Promise<number | undefined> {
    const { search, pathname } = new URL(url);
    const address = `wss://127.0.0.1:${String(gateway.standIn.ports["443"])}${pathname}${search}`;
    const agent = new Agent({ ca: trust.ca, servername: endpoint });
    const socket = new WebSocket(address, "mqtt", { agent, headers: { host: endpoint } });
    socket.on("error", () => undefined);
    return new Promise((resolve) => {
      socket.once("open", () => {
        socket.terminate();
        resolve(101);
      });
      socket.once("unexpected-response", (request, response) => {
        request.destroy();
        resolve(response.statusCode);
      });
    });
  }

  const sign = (changes: Partial<SigningRequest> = {}): Promise<string> => {
    const { credentials } = gateway;
    return signMqttUrl({ host: endpoint, region: credentials.region, credentials, now: new Date(), ...changes });
  };

  test("no URL that is signed in time by somebody known", async () => {
    expect(await upgrade(await sign())).toBe(101);
  });

  test.each<[string, string, () => Promise<string>]>([
    ["another path", "path /mqtt5", async () => (await sign()).replace("/mqtt?", "/mqtt5?")],
    ["an old signature", "time of the signature", () => sign({ now: new Date(Date.now() - 301_000) })],
    ["one of the future", "time of the signature", () => sign({ now: new Date(Date.now() + 3_600_000) })],
    ["one that is good for too long", "time of the signature", () => sign({ expiresInSeconds: 604_801 })],
    ["one for another region", "signature of the URL", () => sign({ region: "us-east-1" })],
    ["one for another server", "signature of the URL", () => sign({ host: "b.example" })],
    ["no session token", "session token", async () => (await sign()).replace(/&X-Amz-Security-Token=.*/, "")],
    ["a parameter more", "signature of the URL", async () => `${await sign()}&a=b`],
    ["a session token that is signed", "signature of the URL", signWithToken],
  ])("%s", async (_, reason, makeUrl) => {
    expect(await upgrade(await makeUrl())).toBe(403);
    expect(gateway.standIn.log).toEqual([`refused: ${reason}`]);
  });

  /** As other services of AWS want it. */
  async function signWithToken(): Promise<string> {
    const { region, ...credentials } = gateway.credentials;
    const signer = new SignatureV4({ service: "iotdevicegateway", region, credentials, sha256: Sha256 });
    const request = { method: "GET", protocol: "wss:", hostname: endpoint, path: "/mqtt", headers: { host: endpoint } };
    const { query = {} } = await signer.presign(request, { expiresIn: 300 });
    const parameters = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
    return `wss://${endpoint}/mqtt?${parameters.join("&")}`;
  }
});
