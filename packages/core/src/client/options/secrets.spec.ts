import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { makeBench } from "../../../test/support/test-client.js";
import type { ConnectOptions } from "./connect-options.js";
import type { PublishOptions } from "./publish-options.js";

/** Everything that a log would show of what this throws. */
function shown(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return inspect(error, { depth: 9, showHidden: true });
  }
  throw new Error("it was accepted");
}

describe("the error for an invalid option", () => {
  it.each<ConnectOptions>([
    { username: "hush\0" },
    { username: `hush${"x".repeat(70_000)}` },
    { username: "?token=hush\ud800" },
    { password: "hush\ud800" },
    { userProperties: [{ name: "token", value: "hush\0" }] },
    { userProperties: [{ name: "hush\0", value: "" }] },
    { will: { topic: "t", userProperties: [{ name: "token", value: "hush\ud800" }] } },
  ])("names the field of %j, and quotes no secret", (connectOptions) => {
    const text = shown(() => makeBench({ connectOptions }));
    expect(text).toMatch(/InvalidArgumentError: connectOptions\.[\w[\].]+ must be /);
    expect(text).not.toContain("hush");
  });

  it("quotes no property of a message", async () => {
    const { client, logged } = makeBench();
    const message: PublishOptions = { topic: "t", userProperties: [{ name: "token", value: "hush\0" }] };
    const error = await client.publish(message).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ field: "userProperties[0].value" });
    expect(inspect([error, logged], { showHidden: true })).not.toContain("hush");
  });

  it("quotes a topic without characters that change what a terminal shows", async () => {
    const { client } = makeBench();
    await expect(client.publish({ topic: "a\u001b[2J\u009b2J\u202e/#" })).rejects.toThrow('not "a\\u001b[2J�2J�/#"');
  });
});
