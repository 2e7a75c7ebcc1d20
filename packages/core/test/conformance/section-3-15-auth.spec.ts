import { describe, expect, test } from "@jest/globals";
import { EngineBench, utf8 } from "../support/engine-bench.js";
import { auth, connack, publish } from "../support/server-bytes.js";

const properties = { authenticationMethod: "m" };
const userProperties = [{ name: "a", value: "x".repeat(50) }];

function bench(answer: { readonly size?: number; readonly explained?: boolean } = {}): EngineBench {
  const made = new EngineBench({ connect: properties });
  const { size = 1, explained = false } = answer;
  const fields = { authenticationData: new Uint8Array(size), ...(explained && { userProperties }) };
  made.authenticate = (step) => ({ fields: step.kind === "verify" ? {} : fields });
  return made;
}

describe("AUTH on the wire", () => {
  test("MQTT-3.15.1-1, MQTT-3.15.2-1: the flags are 0, the codes 0x18 and 0x19, and every property is sent", () => {
    const made = new EngineBench({ connect: properties });
    made.authenticate = () => ({
      fields: { authenticationData: utf8("d"), userProperties: [{ name: "n", value: "v" }] },
    });
    made.start().receive(auth(0x18)).receive(connack(properties));
    made.reauthenticate();
    const body = "15 00 01 6d 16 00 01 64 26 00 01 6e 00 01 76".replaceAll(" ", "");
    const [, first, second] = made.sentPackets().map(({ bytes }) => Buffer.from(bytes).toString("hex"));
    expect([first, second]).toEqual([`f011180f${body}`, `f011190f${body}`]);
  });

  test("is read in pieces of one byte", () => {
    const made = bench()
      .start()
      .receiveSlowly(auth(0x18, { data: "x" }), connack(properties));
    expect(made.sent()).toEqual(["connect clean", "auth"]);
    expect(made.engine.state).toBe("connected");
  });

  test("MQTT-3.15.1-1: reserved flags are a malformed packet", () => {
    expect(bench().start().receive("f1 06 18 04 15 00 01 6d").lastError).toMatchObject({ reasonCode: 0x81 });
  });

  test("MQTT-3.3.4-8: does not wait for the quota, and waits for a transport that takes no more", () => {
    const made = bench().online(connack({ ...properties, receiveMaximum: 1 }));
    made.publishAll(1, "a", "b");
    made.reauthenticate();
    expect(made.sent()).toEqual(["connect clean", "publish #1 q1 a", "auth"]);
    made.stopReading().receive(publish({ qos: 1, packetId: 1 }));
    made.acknowledge(made.lastDelivery);
    made.receive(auth(0x18));
    expect(made.sent()).toEqual(["puback #1"]);
    expect(made.resumeReading().sent()).toEqual(["auth"]);
  });
});

describe("AUTH and the server's Maximum Packet Size", () => {
  const online = (maximumPacketSize: number, made: EngineBench): EngineBench =>
    made.online(connack({ ...properties, maximumPacketSize }));

  test("MQTT-3.15.2-3: user properties are left out where the whole would be too large", () => {
    for (const [limit, isWhole] of [
      [68, true],
      [67, false],
    ] as const) {
      const made = online(limit, bench({ explained: true }));
      const id = made.reauthenticate();
      const packet = made.sentPackets().at(-1);
      expect(packet?.bytes.length).toBe(isWhole ? 68 : 12);
      expect(packet?.packet).toMatchObject({ cmd: "auth", properties: { authenticationMethod: "m" } });
      expect([made.outcome(id), made.engine.state]).toEqual(["pending", "connected"]);
    }
  });

  test("MQTT-3.2.2-15: what is too large all the same is refused, and the connection lives", () => {
    const made = online(20, bench({ size: 10, explained: true }));
    const id = made.reauthenticate();
    expect(made.errorOf(id)).toMatchObject({ code: "NOT_SUPPORTED_BY_SERVER", field: "packet size", value: 21 });
    expect([made.sent(), made.engine.state]).toEqual([["connect clean"], "connected"]);
    made.authenticate = () => ({ fields: { authenticationData: new Uint8Array(9) } });
    made.reauthenticate();
    expect(made.sentPackets()[0]?.bytes.length).toBe(20);
  });

  test("MQTT-3.2.2-15, MQTT-4.12.1-2: an answer that is too large ends the exchange, and with it the connection", () => {
    const made = online(20, bench());
    const id = made.reauthenticate();
    made.authenticate = () => ({ fields: { authenticationData: new Uint8Array(100) } });
    made.receive(auth(0x18));
    expect(made.errorOf(id)).toMatchObject({
      code: "AUTHENTICATION_FAILED",
      cause: expect.objectContaining({ code: "NOT_SUPPORTED_BY_SERVER" }),
    });
    expect(made.sent()).toEqual(["connect clean", "auth", "disconnect 0x83"]);
  });
});
