import { describe, expect, test } from "@jest/globals";
import { MqttError } from "../errors.js";
import { ConnectionError, ConnectRejectedError, DisconnectedError } from "./connection-errors.js";
import { ReconnectSchedule } from "./reconnect-schedule.js";

const settings = {
  minReconnectDelayMs: 1_000,
  maxReconnectDelayMs: 60_000,
  retryJitterMode: "none",
  refreshesCredentials: false,
} as const;
const ordinary = new MqttError("CONNECTION_FAILED", "refused");
const banned = new ConnectRejectedError({ type: "connack", sessionPresent: false, reasonCode: 0x8a });

describe("ReconnectSchedule", () => {
  test("has nothing due at first", () => {
    expect(new ReconnectSchedule(settings, () => 0).nextDeadline).toBe(Infinity);
  });

  test("waits longer after each failure", () => {
    const schedule = new ReconnectSchedule(settings, () => 0);
    schedule.schedule(100, ordinary);
    expect(schedule.nextDeadline).toBe(1_100);
    schedule.schedule(2_000, ordinary);
    expect(schedule.nextDeadline).toBe(4_000);
    schedule.reset();
    schedule.schedule(10_000, ordinary);
    expect(schedule.nextDeadline).toBe(11_000);
  });

  test("waits the longest delay where haste cannot help, and counts that wait too", () => {
    const schedule = new ReconnectSchedule(settings, () => 0);
    schedule.schedule(0, banned);
    expect(schedule.nextDeadline).toBe(60_000);
    schedule.schedule(60_000, ordinary);
    expect(schedule.nextDeadline).toBe(62_000);
  });

  test("can be hastened into [0, min], never put off", () => {
    const schedule = new ReconnectSchedule(settings, () => 0.5);
    for (let failures = 0; failures < 4; failures += 1) {
      schedule.schedule(0, ordinary);
    }
    schedule.hasten(100);
    expect(schedule.nextDeadline).toBe(600);
    schedule.hasten(500);
    expect(schedule.nextDeadline).toBe(600);
  });

  test.each([0x86, 0x87])(
    "with fresh credentials the first CONNACK %i since a success is retried as usual",
    (reasonCode) => {
      const refused = new ConnectRejectedError({ type: "connack", sessionPresent: false, reasonCode });
      const schedule = new ReconnectSchedule({ ...settings, refreshesCredentials: true }, () => 0);
      schedule.schedule(0, refused);
      expect(schedule.nextDeadline).toBe(1_000);
      schedule.schedule(1_000, refused);
      expect(schedule.nextDeadline).toBe(61_000);
      schedule.handleConnected();
      schedule.reset();
      schedule.schedule(100_000, refused);
      expect(schedule.nextDeadline).toBe(101_000);
      schedule.schedule(200_000, banned);
      expect(schedule.nextDeadline).toBe(260_000);
    },
  );

  test("with fresh credentials a connection that the server ended for the old ones is made again as usual", () => {
    const disconnect = { type: "disconnect", reasonCode: 0x87 } as const;
    const expired = new DisconnectedError({ source: "server", message: "expired", disconnect });
    const schedule = new ReconnectSchedule({ ...settings, refreshesCredentials: true }, () => 0);
    schedule.handleConnected();
    schedule.schedule(0, expired);
    expect(schedule.nextDeadline).toBe(1_000);
    const old = new ReconnectSchedule(settings, () => 0);
    old.schedule(0, expired);
    expect(old.nextDeadline).toBe(60_000);
  });

  const upgradeRefused = new ConnectionError({ phase: "websocket", message: "401", retryable: false });

  test("with fresh credentials the first upgrade that is refused since a success is retried as usual", () => {
    const schedule = new ReconnectSchedule({ ...settings, refreshesCredentials: true }, () => 0);
    schedule.schedule(0, upgradeRefused);
    expect(schedule.nextDeadline).toBe(1_000);
    schedule.schedule(1_000, upgradeRefused);
    expect(schedule.nextDeadline).toBe(61_000);
  });

  test("without them it waits the longest delay at once, as does what they do not cure", () => {
    const old = new ReconnectSchedule(settings, () => 0);
    old.schedule(0, upgradeRefused);
    expect(old.nextDeadline).toBe(60_000);
    const fresh = new ReconnectSchedule({ ...settings, refreshesCredentials: true }, () => 0);
    fresh.schedule(0, new ConnectionError({ phase: "tls", message: "expired", retryable: false }));
    expect(fresh.nextDeadline).toBe(60_000);
  });

  test("waits as the application decides", () => {
    const schedule = new ReconnectSchedule(settings, () => 0);
    schedule.schedule(0, banned);
    schedule.decide(0, "retry");
    expect(schedule.nextDeadline).toBe(1_000);
    schedule.decide(0, { delayMs: 70_000 });
    expect(schedule.nextDeadline).toBe(70_000);
    schedule.hasten(10);
    expect(schedule.nextDeadline).toBe(10);
  });

  test("cannot be hastened where the wait spares the server", () => {
    const schedule = new ReconnectSchedule(settings, () => 0);
    schedule.schedule(0, banned);
    schedule.hasten(100);
    expect(schedule.nextDeadline).toBe(60_000);
  });
});
