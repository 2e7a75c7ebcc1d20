import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { clientPackets } from "../../src/codec/client-packets.js";
import { encodeClientPacket } from "../../src/codec/encode-any-packet.js";
import { publishSize } from "../../src/codec/packets/publish.js";
import { serverPackets } from "../../src/codec/server-packets.js";
import { packetSize } from "../../src/codec/packet-size.js";
import { clientBytes, serverBytes } from "../vectors/wire.js";
import { clientPacket, pieceLengths, serverPacket } from "./arbitraries.js";
import { runs, told } from "./runs.js";
import { cut, decode } from "./streams.js";

const single = runs(1, 1500);
const many = runs(2, 300);

describe("what is written is read again", () => {
  test(`every packet of a client, and its size is known before ${told(single)}`, () => {
    fc.assert(
      fc.property(clientPacket, (packet) => {
        const bytes = clientBytes(packet);
        expect(packetSize(encodeClientPacket, packet)).toBe(bytes.length);
        expect(packet.type === "publish" ? publishSize(packet) : bytes.length).toBe(bytes.length);
        expect(decode(clientPackets, [bytes]).packets).toStrictEqual([packet]);
      }),
      single,
    );
  });

  test(`every packet of a server ${told(single)}`, () => {
    fc.assert(
      fc.property(serverPacket, (packet) => {
        expect(decode(serverPackets, [serverBytes(packet)]).packets).toStrictEqual([packet]);
      }),
      single,
    );
  });
});

describe("MQTT-4.2-1: streams are read the same, however they are cut", () => {
  test(`streams of a client ${told(many)}`, () => {
    fc.assert(
      fc.property(fc.array(clientPacket, { maxLength: 12 }), pieceLengths, (packets, lengths) => {
        const outcome = decode(clientPackets, cut(clientBytes(...packets), lengths));
        expect(outcome).toMatchObject({ refusal: "accepted", isInsidePacket: false });
        expect(outcome.packets).toStrictEqual(packets);
      }),
      many,
    );
  });

  test(`streams of a server ${told(many)}`, () => {
    fc.assert(
      fc.property(fc.array(serverPacket, { maxLength: 12 }), pieceLengths, (packets, lengths) => {
        const outcome = decode(serverPackets, cut(serverBytes(...packets), lengths));
        expect(outcome).toMatchObject({ refusal: "accepted", isInsidePacket: false });
        expect(outcome.packets).toStrictEqual(packets);
      }),
      many,
    );
  });
});
