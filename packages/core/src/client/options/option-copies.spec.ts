/* eslint-disable @typescript-eslint/class-literal-property-style -- accessors are the subject of this spec */
import { describe, expect, it } from "@jest/globals";
import { publish, suback } from "../../../test/support/server-bytes.js";
import { makeBench, makeConnectedBench } from "../../../test/support/test-client.js";
import { request } from "../requests/requester.js";
import { respond } from "../requests/responder.js";

class Property {
  readonly #name: string;
  constructor(name: string) {
    this.#name = name;
  }
  get name(): string {
    return this.#name;
  }
  get value(): string {
    return "v";
  }
}

class Message {
  get topic(): string {
    return "t";
  }
  get payload(): string {
    return "x";
  }
  get retain(): boolean {
    return true;
  }
  get contentType(): string {
    return "text/plain";
  }
  get messageExpiryInterval(): number {
    return 5;
  }
  get userProperties(): readonly Property[] {
    return [new Property("a")];
  }
  /** The client does not know it, and leaves it alone. */
  get size(): number {
    throw new Error("not counted yet");
  }
}

const fields = {
  topic: "t",
  retain: true,
  contentType: "text/plain",
  messageExpiryInterval: 5,
  userProperties: [{ name: "a", value: "v" }],
};

describe("fields that are accessors of a class", () => {
  it("count in a message", async () => {
    const { client, peer, clock } = await makeConnectedBench();
    void client.publish(new Message());
    await clock.settle();
    expect(peer.expect("publish")).toMatchObject(fields);
  });

  it("count where the class has some fields of its own", async () => {
    class Mixed {
      payload = "x";
      get topic(): string {
        return "t";
      }
      get retain(): boolean {
        return true;
      }
    }
    const { client, peer, clock } = await makeConnectedBench();
    void client.publish(new Mixed());
    await clock.settle();
    expect(peer.expect("publish")).toMatchObject({ topic: "t", retain: true });
  });

  it("count in a subscription, in connectOptions with a will, and in a stop", async () => {
    class Subscribing {
      get topicFilter(): string {
        return "a";
      }
      get qos(): 1 {
        return 1;
      }
    }
    class Connecting {
      get clientId(): string {
        return "c";
      }
      get will(): Message {
        return new Message();
      }
    }
    class Disconnecting {
      get reasonCode(): 0x04 {
        return 0x04;
      }
    }
    const { client, peer, clock } = makeBench({ connectOptions: new Connecting() });
    client.start();
    peer.acceptConnections();
    await clock.settle();
    expect(peer.expect("connect")).toMatchObject({ clientId: "c", will: fields });
    void client.subscribe(new Subscribing());
    await clock.settle();
    expect(peer.expect("subscribe").subscriptions).toMatchObject([{ topicFilter: "a", qos: 1 }]);
    void client.stop({ disconnect: new Disconnecting() });
    await clock.settle();
    expect(peer.expect("disconnect").reasonCode).toBe(0x04);
  });

  it("count in the options of a loop, of a responder and of a call, and in requests and responses", async () => {
    class Options {
      get qos(): 1 {
        return 1;
      }
      get bufferSize(): number {
        return 7;
      }
    }
    class Responding {
      get retainAsPublished(): boolean {
        return true;
      }
    }
    class Response {
      get payload(): string {
        return "answer";
      }
      get contentType(): string {
        return "text/plain";
      }
    }
    class Call {
      get timeoutMs(): number {
        return 5_000;
      }
    }
    const { client, peer, clock } = await makeConnectedBench({ connectOptions: { clientId: "me" } });
    peer.answer("subscribe", ({ packetId }) => suback(packetId, 1));
    client.messages("a", new Options());
    void respond(client, "b", () => new Response(), new Responding());
    await clock.settle();
    expect(peer.takeAll().flatMap((packet) => (packet.type === "subscribe" ? packet.subscriptions : []))).toMatchObject(
      [
        { topicFilter: "a", qos: 1 },
        { topicFilter: "b", retainAsPublished: true },
      ],
    );
    peer.send(publish({ topic: "b", payload: "", properties: { responseTopic: "r" } }));
    await clock.settle();
    expect(peer.expect("publish")).toMatchObject({ topic: "r", contentType: "text/plain" });
    const response = expect(request(client, new Message(), new Call())).rejects.toMatchObject({
      code: "OPERATION_TIMEOUT",
    });
    await clock.settle();
    expect(peer.expect("subscribe")).toBeDefined();
    expect(peer.expect("publish")).toMatchObject(fields);
    await clock.advanceAndSettle(5_000);
    await response;
  });
});
