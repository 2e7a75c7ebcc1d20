import { describe, expect, test } from "@jest/globals";
import { connackProblem } from "./connack-check.js";

const connect = { type: "connect", cleanStart: false, keepAlive: 1, clientId: "" } as const;
const connack = { type: "connack", sessionPresent: false, reasonCode: 0 } as const;

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
