import { webcrypto } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { ScramServer } from "../../test/support/scram-server.js";
import { ScramExchange, type ScramSecrets } from "./scram-exchange.js";

const secrets: ScramSecrets = {
  username: "user",
  password: "pencil",
  minimumIterations: 4_096,
  maximumIterations: 10_000,
};

const clientNonce = "rOprNGfwEbeRWgbNEkqO";
const salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
const serverFirst = `r=${clientNonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=${salt},i=4096`;
const serverFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

const begin = (changes: Partial<ScramSecrets> = {}): ScramExchange =>
  new ScramExchange(webcrypto.subtle, { ...secrets, ...changes }, clientNonce);

describe("the example of RFC 7677, section 3", () => {
  it("is what the exchange says, byte for byte", async () => {
    const exchange = begin();
    expect(exchange.clientFirst).toBe(`n,,n=user,r=${clientNonce}`);
    expect(await exchange.respond(serverFirst)).toBe(
      `c=biws,r=${clientNonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`,
    );
    expect(() => {
      exchange.verify(serverFinal);
    }).not.toThrow();
  });
});

describe("the exchange", () => {
  it("agrees with a server on other cryptography, and writes names with = and , as RFC 5802 has it", async () => {
    const server = new ScramServer({ username: "a=3D=2Cb", password: "pâss", iterations: 5_000 });
    const exchange = begin({ username: "a=,b", password: "pâss" });
    const final = server.final(await exchange.respond(server.first(exchange.clientFirst)));
    expect(() => {
      exchange.verify(final ?? "");
    }).not.toThrow();
    expect(() => {
      exchange.verify(`${final ?? ""},x=extension`);
    }).not.toThrow();
  });

  it.each([
    ["another nonce", `r=other,s=${salt},i=4096`, "nonce"],
    ["our nonce with a change", serverFirst.replace("rOpr", "ROpr"), "nonce"],
    ["our nonce alone", `r=${clientNonce},s=${salt},i=4096`, "nonce"],
    ["too few iterations", `r=${clientNonce}x,s=${salt},i=4095`, "4095 iterations, not 4096 to 10000"],
    ["too many iterations", `r=${clientNonce}x,s=${salt},i=10001`, "10001 iterations"],
    ["no iterations", `r=${clientNonce}x,s=${salt},i=0`, "first message"],
    ["no salt", `r=${clientNonce}x,s=,i=4096`, "first message"],
    ["a mandatory extension", `m=x,r=${clientNonce}x,s=${salt},i=4096`, "first message"],
    ["the last message", serverFinal, "first message"],
    ["nothing", "", "first message"],
  ])("answers no challenge with %s", async (_, challenge, message) => {
    const exchange = begin();
    await expect(exchange.respond(challenge)).rejects.toMatchObject({
      code: "AUTHENTICATION_FAILED",
      message: expect.stringContaining(message),
    });
    expect(() => {
      exchange.verify(serverFinal);
    }).toThrow("not proved");
  });

  it("answers one challenge only", async () => {
    const exchange = begin();
    await exchange.respond(serverFirst);
    await expect(exchange.respond(serverFirst)).rejects.toThrow("first message");
  });

  it.each([
    ["a wrong signature", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95H4=", "signature is wrong"],
    ["a signature cut short", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95A==", "signature is wrong"],
    ["a signature with more behind it", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4A", "signature is wrong"],
    ["an error", "e=other-error", "not proved"],
    ["nothing", "", "not proved"],
  ])("does not take a server with %s for the right one", async (_, final, message) => {
    const exchange = begin();
    await exchange.respond(serverFirst);
    expect(() => {
      exchange.verify(final);
    }).toThrow(message);
  });

  it("does not take a server for the right one that asked for no proof", () => {
    expect(() => {
      begin().verify(serverFinal);
    }).toThrow("not proved");
  });
});
