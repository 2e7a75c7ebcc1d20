import { expect, test } from "@jest/globals";
import { describeReasonCode } from "./reason-code-names.js";

test.each([
  [0x00, "success (0x00)"],
  [0x01, "granted QoS1 (0x01)"],
  [0x10, "no matching subscribers (0x10)"],
  [0x11, "no subscription existed (0x11)"],
  [0x18, "continue authentication (0x18)"],
  [0x85, "client identifier not valid (0x85)"],
  [0x86, "bad user name or password (0x86)"],
  [0x87, "not authorized (0x87)"],
  [0x8c, "bad authentication method (0x8c)"],
  [0x92, "packet identifier not found (0x92)"],
  [0x9b, "QoS not supported (0x9b)"],
  [0xa2, "wildcard subscriptions not supported (0xa2)"],
  [0x07, "reason code 0x07"],
])("the code %i reads %j", (code, text) => {
  expect(describeReasonCode(code)).toBe(text);
});
