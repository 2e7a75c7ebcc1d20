/** Each example for Node, run as it is against the stand-in: it gets in, and what it publishes comes back. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { makeCertificates } from "../../../packages/core/test/integration/certificates.js";
import { findMosquitto } from "../../../packages/core/test/integration/mosquitto.js";
import { needProgram } from "../../../packages/core/test/integration/needed-program.js";
import { ExampleRun } from "./support/example-run.js";
import { startGateway, type TestGateway, writeDevice } from "./support/test-gateway.js";

// Each test starts a process or two, on a machine that may have other things to do.
jest.setTimeout(30_000);

const mosquitto = findMosquitto();
const suite = needProgram(mosquitto, "mosquitto", "MOSQUITTO_PATH") ? describe : describe.skip;

suite("against the stand-in", () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway(mosquitto ?? "mosquitto");
  });

  const started: ExampleRun[] = [];

  afterEach(() => {
    started.splice(0).forEach((example) => example.kill());
  });

  afterAll(() => gateway.stop());

  function run(clientId: string, command: readonly [string, ...string[]], changes: Record<string, string> = {}) {
    const { standIn, environment } = gateway;
    const example = new ExampleRun({
      command,
      environment: {
        ...environment,
        ...changes,
        AWS_IOT_CLIENT_ID: clientId,
        STAND_IN_PORTS: JSON.stringify(standIn.ports),
      },
    });
    started.push(example);
    return example;
  }

  test.each([
    { clientId: "boiler-443", command: ["mutual-tls"], kind: "certificate on 443" },
    { clientId: "boiler-8883", command: ["mutual-tls", "8883"], kind: "certificate on 8883" },
    { clientId: "boiler-token", command: ["custom-authorizer"], kind: "authorizer" },
    { clientId: "boiler-signed", command: ["websocket"], kind: "signature" },
  ] as const)("$command gets in by $kind", async ({ clientId, command, kind }) => {
    const example = run(clientId, command);
    expect(await example.end()).toBe(0);
    expect(example.errors).toBe("");
    expect(example.output).toBe("connected\nreceived from sdk/test/greeting: hello\n");
    expect(gateway.standIn.log).toContain(`${kind}: ${clientId}`);
  });

  test("a certificate of another authority is turned away on both ports", async () => {
    const device = writeDevice(gateway.folder, await makeCertificates());
    for (const port of ["443", "8883"]) {
      const seen = gateway.standIn.log.length;
      expect(await run("boiler-foreign", ["mutual-tls", port], device).firstError()).toMatch(/^cannot connect: /);
      expect(gateway.standIn.log.slice(seen)).toEqual([expect.stringMatching(/^refused: TLS: /)]);
    }
  });

  test("a token whose signature is another's is turned away", async () => {
    const example = run("boiler-forged", ["custom-authorizer"], { AWS_IOT_TOKEN: "boiler 8" });
    expect(await example.firstError()).toMatch(/^cannot connect: .*0x87/);
    expect(gateway.standIn.log).toContain("refused: signature of the token");
  });

  test("a signature by another secret is turned away", async () => {
    const example = run("boiler-guess", ["websocket"], { AWS_SECRET_ACCESS_KEY: "a guess" });
    expect(await example.firstError()).toMatch(/^cannot connect: .*403/);
    expect(gateway.standIn.log).toContain("refused: signature of the URL");
  });

  test("a setting that is missing is named", async () => {
    const example = run("boiler-unset", ["websocket"], { AWS_REGION: "" });
    expect(await example.end()).toBe(1);
    expect(example.errors).toContain("Set AWS_REGION; README.md says what it is.");
  });
});
