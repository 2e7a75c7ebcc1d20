import { describe, expect, test } from "@jest/globals";
import { SendQuota } from "./send-quota.js";

const holder = (): { quota: SendQuota | undefined } => ({ quota: undefined });

describe("SendQuota", () => {
  test("MQTT-4.9.0-1, MQTT-4.9.0-2: starts at the limit and takes one a publish", () => {
    const quota = new SendQuota(2);
    const [one, two] = [holder(), holder()];
    expect(quota.hasRoom).toBe(true);
    quota.take(one);
    expect(quota.hasRoom).toBe(true);
    quota.take(two);
    expect([quota.hasRoom, quota.used]).toEqual([false, 2]);
    quota.release(one);
    expect(quota.hasRoom).toBe(true);
  });

  test("MQTT-4.9.0-2: who holds no unit gives none back, so it never rises above its start value", () => {
    const quota = new SendQuota(1);
    const one = holder();
    quota.release(one);
    quota.take(one);
    quota.release(one);
    quota.release(one);
    quota.take(holder());
    expect(quota.hasRoom).toBe(false);
  });

  test("who holds a unit takes no second one; that of an older connection does not count", () => {
    const quota = new SendQuota(2);
    const one = holder();
    new SendQuota(1).take(one);
    quota.take(one);
    quota.take(one);
    expect(quota.used).toBe(1);
  });

  test("may be overdrawn by PUBRELs, and has to come back below the limit first", () => {
    const quota = new SendQuota(1);
    const [one, two] = [holder(), holder()];
    quota.take(one);
    quota.take(two);
    quota.release(one);
    expect(quota.hasRoom).toBe(false);
    quota.release(two);
    expect(quota.hasRoom).toBe(true);
  });
});
