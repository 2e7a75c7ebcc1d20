import { describe, expect, test } from "@jest/globals";
import { MqttError } from "../errors.js";
import { bytesOfHex, hexOfBytes } from "./bytes.js";
import { plainConnack, ScriptedPeer, type ScriptedPeerOptions } from "./scripted-peer.js";
import { VirtualClock } from "./virtual-clock.js";

const connectBytes = "10 0d 00 04 4d 51 54 54 05 02 00 3c 00 00 00";

function makePeer(options?: ScriptedPeerOptions) {
  const peer = new ScriptedPeer(options);
  const received: string[] = [];
  const open = () =>
    peer.transport({
      phase() {},
      opened: () => received.push("opened"),
      received: (chunk) => received.push(hexOfBytes(chunk)),
      writable() {},
      closed: (error) => received.push(error?.code ?? "closed"),
    });
  return { peer, received, open };
}

describe("ScriptedPeer", () => {
  test("opens, takes the client's packets out in order, and sends bytes", () => {
    const { peer, received, open } = makePeer();
    const transport = open();
    peer.open();
    transport.write([bytesOfHex(connectBytes.slice(0, 20)), bytesOfHex(connectBytes.slice(20))]);
    transport.write([bytesOfHex("c0 00 c0")]);
    expect(peer.expect("connect")).toMatchObject({ cleanStart: true, keepAlive: 60 });
    peer.send(plainConnack);
    peer.expect("pingreq");
    peer.expectNothing();
    transport.write([bytesOfHex("00")]);
    expect(() => peer.expectNothing()).toThrow("the client sent pingreq");
    expect(peer.takeAll()).toEqual([{ type: "pingreq" }]);
    expect(received).toEqual(["opened", "20 03 00 00 00"]);
  });

  test("says in its error what passed", () => {
    const { peer, open } = makePeer();
    const transport = open();
    peer.open();
    transport.write([bytesOfHex("c0 00")]);
    peer.send("d0 00");
    expect(() => peer.expect("connect")).toThrow("expected connect, the client sent pingreq\n1 → c0 00\n1 ← d0 00");
    expect(() => peer.expect("connect")).toThrow("the client sent nothing");
    expect(peer.log.map(({ connection, from }) => [connection, from])).toEqual([
      [1, "client"],
      [1, "server"],
    ]);
  });

  test("sends packets, and works on the newest connection", () => {
    const { peer, received, open } = makePeer();
    open();
    peer.close(new MqttError("CONNECTION_FAILED", "refused"));
    open();
    peer.open();
    peer.sendPacket({ type: "puback", packetId: 7, reasonCode: 0x10 });
    peer.close();
    expect(received).toEqual(["CONNECTION_FAILED", "opened", "40 03 00 07 10", "closed"]);
    expect(peer.connections).toHaveLength(2);
  });

  test("answers by itself at the end of the turn", () => {
    const clock = new VirtualClock();
    const { peer, received, open } = makePeer({ clock });
    peer.acceptConnections();
    peer.answer("pingreq", () => ({ type: "pingresp" }));
    const transport = open();
    clock.runTurns();
    transport.write([bytesOfHex(connectBytes), bytesOfHex("c0 00")]);
    expect(received).toEqual(["opened"]);
    clock.runTurns();
    expect(received).toEqual(["opened", "20 03 00 00 00", "d0 00"]);
    peer.expect("connect");
    transport.close();
    clock.runTurns();
    expect(received.at(-1)).toBe("closed");
  });

  test("accepts a connection that was waiting already", () => {
    const clock = new VirtualClock();
    const { peer, received, open } = makePeer({ clock });
    open();
    peer.acceptConnections();
    clock.runTurns();
    expect(received).toEqual(["opened"]);
  });

  test("needs a clock to answer by itself", () => {
    expect(() => new ScriptedPeer().acceptConnections()).toThrow("clock");
  });
});
