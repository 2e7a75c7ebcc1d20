import { describe, expect, test } from "@jest/globals";
import { connackProblem, makeConnect, type SessionFacts, shortSessionWarning } from "./handshake.js";

const facts = (changes: Partial<SessionFacts> = {}): SessionFacts => ({
  sessionBehavior: "rejoinAlways",
  topicAliasMaximum: 0,
  hadSuccess: false,
  isSessionOver: false,
  assignedClientId: undefined,
  ...changes,
});
const connect = { type: "connect", cleanStart: false, keepAlive: 1, clientId: "" } as const;
const connack = { type: "connack", sessionPresent: false, reasonCode: 0 } as const;

describe("CONNECT", () => {
  test.each([
    ["clean", false, true],
    ["clean", true, true],
    ["rejoinPostSuccess", false, true],
    ["rejoinPostSuccess", true, false],
    ["rejoinAlways", false, false],
    ["rejoinAlways", true, false],
  ] as const)("%s, a success before: %p, Clean Start: %p", (sessionBehavior, hadSuccess, cleanStart) => {
    expect(makeConnect({ keepAlive: 1 }, facts({ sessionBehavior, hadSuccess })).cleanStart).toBe(cleanStart);
    expect(makeConnect({ keepAlive: 1 }, facts({ sessionBehavior, hadSuccess, isSessionOver: true })).cleanStart).toBe(
      true,
    );
  });

  test.each([
    [undefined, undefined, ""],
    [undefined, "given", "given"],
    ["", "given", "given"],
    ["own", "given", "own"],
  ])("client id %p with %p assigned: %p", (clientId, assignedClientId, expected) => {
    const request = { keepAlive: 1, ...(clientId === undefined ? {} : { clientId }) };
    expect(makeConnect(request, facts({ assignedClientId })).clientId).toBe(expected);
  });

  test("does not touch the caller's options", () => {
    const request = Object.freeze({ keepAlive: 7, username: "u" });
    expect(makeConnect(request, facts())).toMatchObject({ type: "connect", keepAlive: 7, username: "u" });
  });
});

describe("CONNACK", () => {
  test("that accepts is no problem", () => {
    expect(connackProblem(connect, connack)).toBeUndefined();
    expect(connackProblem(connect, { ...connack, sessionPresent: true })).toBeUndefined();
  });

  test("MQTT-3.2.2-4: Session Present after a Clean Start is", () => {
    const problem = connackProblem({ ...connect, cleanStart: true }, { ...connack, sessionPresent: true });
    expect(problem).toMatchObject({ statement: "MQTT-3.2.2-4" });
  });

  test("MQTT-4.12.0-6: a method that we did not name is, one that we named is not", () => {
    const withMethod = { ...connack, authenticationMethod: "m" };
    expect(connackProblem(connect, withMethod)).toMatchObject({ statement: "MQTT-4.12.0-6" });
    expect(connackProblem({ ...connect, authenticationMethod: "m" }, withMethod)).toBeUndefined();
  });
});

test("a session that ends with its connection is a warning where we mean to come back to it", () => {
  expect(shortSessionWarning(connect, "rejoinAlways")).toMatchObject({ code: "SESSION_EXPIRY_ZERO" });
  expect(shortSessionWarning({ ...connect, sessionExpiryInterval: 0 }, "rejoinPostSuccess")).toBeDefined();
  expect(shortSessionWarning({ ...connect, sessionExpiryInterval: 1 }, "rejoinAlways")).toBeUndefined();
  expect(shortSessionWarning(connect, "clean")).toBeUndefined();
});
