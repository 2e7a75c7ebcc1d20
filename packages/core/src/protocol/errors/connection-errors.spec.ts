import { expect, test } from "@jest/globals";
import type { ConnackPacket } from "../../codec/packets/connack.js";
import { ConnectRejectedError, describeReason } from "./connection-errors.js";

const hostile = "ok\r\n2026-11-27 ERROR root login\u001b[2J";

test("a refusal names its reason code, and shows the reason string of the server as a quotation", () => {
  expect(describeReason({ reasonCode: 0x87 })).toBe("not authorized (0x87)");
  expect(describeReason({ reasonCodes: [0x87, 0x9e] })).toBe(
    "not authorized (0x87), shared subscriptions not supported (0x9e)",
  );
  expect(describeReason({ reasonCode: 0x8b, reasonString: hostile })).toBe(
    'server shutting down (0x8b), "ok��2026-11-27 ERROR root login�[2J"',
  );
});

test("the message cuts a long reason string, and the packet keeps it whole", () => {
  const reasonString = "A".repeat(65_000);
  const connack: ConnackPacket = { type: "connack", sessionPresent: false, reasonCode: 0x87, reasonString };
  const error = new ConnectRejectedError(connack);
  expect(error.message).toBe(`the server refused CONNECT: not authorized (0x87), "${"A".repeat(255)}…"`);
  expect(error.connack.reasonString).toBe(reasonString);
});
