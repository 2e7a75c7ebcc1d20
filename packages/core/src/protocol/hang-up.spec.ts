import { expect, test } from "@jest/globals";
import { ConnectionError, DisconnectedError } from "./connection-errors.js";
import { mayBlamePublish } from "./hang-up.js";

test("section 3.14.2.1: only a DISCONNECT of the server, with a code that a PUBLISH can cause, may be for a PUBLISH", () => {
  const disconnect = { type: "disconnect", reasonCode: 0x82 } as const;
  const message = "over";
  expect(mayBlamePublish(new DisconnectedError({ source: "server", message, disconnect }))).toBe(true);
  expect(mayBlamePublish(new DisconnectedError({ source: "client", message, disconnect }))).toBe(false);
  expect(mayBlamePublish(new DisconnectedError({ source: "server", message }))).toBe(false);
  expect(mayBlamePublish(new ConnectionError({ phase: "connected", message }))).toBe(false);
});
