import { expect, test } from "@jest/globals";
import { urlOf } from "../../test/support/local-servers.js";
import { nodeClock } from "./node-clock.js";
import { toConnectionError } from "./node-error.js";
import { httpRefusal } from "./refusal-error.js";

test("the reason phrase of an answer is shown without control characters, and cut", () => {
  expect(httpRefusal("it", 503, "no\u001b[2J\u0007 way").message).toBe("it answered 503 no�[2J� way");
  expect(httpRefusal("it", 503, "x".repeat(9_000)).message).toBe(`it answered 503 ${"x".repeat(255)}…`);
  expect(httpRefusal("it", 503).message).toBe("it answered 503");
});

test("the text of a peer in an error of the platform is shown the same way", () => {
  const destination = { server: urlOf("mqtts", 8883), socketOptions: {}, tlsSettings: undefined, clock: nodeClock };
  const cause = new Error(`cert's CN: a\u001b[2J\nroot login ${"x".repeat(9_000)}`);
  const { message } = toConnectionError(cause, "tls", destination);
  expect(message).toMatch(/failed: cert's CN: a�\[2J�root login x+…$/);
  expect(message.length).toBeLessThan(400);
});
