import { describe, expect, test } from "@jest/globals";
import { SendQuota } from "./send-quota.js";

describe("SendQuota", () => {
  test("MQTT-4.9.0-1, MQTT-4.9.0-2: starts at the limit and takes one a publish", () => {
    const quota = new SendQuota(2);
    expect(quota.isAvailable).toBe(true);
    quota.take();
    expect(quota.isAvailable).toBe(true);
    quota.take();
    expect([quota.isAvailable, quota.used]).toEqual([false, 2]);
    quota.giveBack();
    expect(quota.isAvailable).toBe(true);
  });

  test("MQTT-4.9.0-2: stray acknowledgements do not raise it above its start value", () => {
    const quota = new SendQuota(1);
    quota.giveBack();
    quota.giveBack();
    quota.take();
    expect(quota.isAvailable).toBe(false);
  });

  test("may be overdrawn by PUBRELs, and has to come back below the limit first", () => {
    const quota = new SendQuota(1);
    quota.take();
    quota.take();
    quota.giveBack();
    expect(quota.isAvailable).toBe(false);
    quota.giveBack();
    expect(quota.isAvailable).toBe(true);
  });
});
