/** The codec beside `mqtt-packet`: what each encodes and decodes in a second, and the garbage that it leaves. */
import mqttPacket from "mqtt-packet";
import { ByteWriter } from "./dist/codec/wire/byte-writer.js";
import { encodeServerPacket } from "./dist/codec/encode-any-packet.js";
import { encodePublish } from "./dist/codec/packets/publish.js";
import { serverPackets } from "./dist/codec/server-packets.js";
import { PacketDecoder } from "./dist/codec/packet-decoder.js";
import { garbageOf, ratesOf } from "./measure.mjs";

const version = { protocolVersion: 5 };
const flushAt = 65_536;

/** Makes sure that results are used. */
let sink = 0;

const payload = new Uint8Array(64).fill(0x61);
const correlationData = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

const publish = (topic, fields = {}) => ({
  type: "publish",
  topic,
  payload,
  qos: 1,
  retain: false,
  dup: false,
  packetId: 17,
  ...fields,
});

const properties = {
  payloadFormatIndicator: 1,
  messageExpiryInterval: 3600,
  responseTopic: "replies/client-7",
  correlationData,
  contentType: "application/json",
};

/** The same packet for `mqtt-packet`. */
const theirs = ({ topic, contentType }) => ({
  cmd: "publish",
  topic,
  payload: Buffer.from(payload),
  qos: 1,
  retain: false,
  dup: false,
  messageId: 17,
  ...(contentType && {
    properties: { ...properties, payloadFormatIndicator: true, correlationData: Buffer.from(correlationData) },
  }),
});

const topics = (count) => Array.from({ length: count }, (_, index) => `sensors/room-${index}/temperature`);

function encodeOurs(packets, taken) {
  return (count) => {
    const writer = new ByteWriter();
    for (let index = 0; index < count; index++) {
      encodePublish(writer, packets[index % packets.length], 17, false);
      if (taken === "one by one" || writer.length >= flushAt) {
        sink += writer.take().length;
      }
    }
    sink += writer.take().length;
  };
}

function encodeTheirs(packets) {
  return (count) => {
    for (let index = 0; index < count; index++) {
      sink += mqttPacket.generate(packets[index % packets.length], version).length;
    }
  };
}

/** A stream of packets in chunks, as a socket gives them; at least so many packets, and whole rounds of them. */
function streamOf(packets, least, chunkLength) {
  const writer = new ByteWriter();
  for (let count = 0; count < least; count += packets.length) {
    packets.forEach((packet) => encodeServerPacket(writer, packet));
  }
  const bytes = Buffer.concat(writer.take());
  const chunks = [];
  for (let offset = 0; offset < bytes.length; offset += chunkLength) {
    chunks.push(Buffer.from(bytes.subarray(offset, offset + chunkLength)));
  }
  return chunks;
}

function decodeOurs(chunks) {
  return (count) => {
    const decoder = new PacketDecoder(serverPackets);
    for (let decoded = 0; decoded < count;) {
      for (const chunk of chunks) {
        decoder.push(chunk);
        for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
          decoded++;
          sink += packet.type.length;
        }
      }
    }
  };
}

function decodeTheirs(chunks) {
  return (count) => {
    const parser = mqttPacket.parser(version);
    let decoded = 0;
    parser.on("packet", (packet) => {
      decoded++;
      sink += packet.cmd.length;
    });
    while (decoded < count) {
      chunks.forEach((chunk) => parser.parse(chunk));
    }
  };
}

const mixed = [
  publish("a/b"),
  { type: "puback", packetId: 3, reasonCode: 0 },
  { type: "pingresp" },
  publish("sensors/x", properties),
  { type: "suback", packetId: 5, reasonCodes: [0, 1] },
  { type: "pubrec", packetId: 9, reasonCode: 0 },
  publish(topics(1)[0]),
  { type: "puback", packetId: 3, reasonCode: 16, reasonString: "nobody is there" },
];

const encoding = (name, packets, taken) => ({
  name: `encode ${name}`,
  ours: encodeOurs(packets, taken),
  theirs: encodeTheirs(packets.map(theirs)),
});

const decoding = (name, packets, least, chunkLength) => {
  const chunks = streamOf(packets, least, chunkLength);
  return { name: `decode ${name}`, ours: decodeOurs(chunks), theirs: decodeTheirs(chunks) };
};

const socketChunk = 16_384;
const plain = topics(1).map((topic) => publish(topic));
const rich = topics(1).map((topic) => publish(topic, properties));

const scenarios = [
  encoding("PUBLISH, no properties", plain),
  encoding("PUBLISH, no properties, taken one by one", plain, "one by one"),
  encoding("PUBLISH, five properties", rich),
  decoding("PUBLISH, no properties, 1 topic", plain, 8000, socketChunk),
  decoding(
    "PUBLISH, no properties, 50 topics",
    topics(50).map((topic) => publish(topic)),
    8000,
    socketChunk,
  ),
  decoding(
    "PUBLISH, no properties, 1000 topics",
    topics(1000).map((topic) => publish(topic)),
    8000,
    socketChunk,
  ),
  decoding("PUBLISH, five properties", rich, 8000, socketChunk),
  decoding("PUBLISH, payload of 1 KiB", [publish("a/b", { payload: new Uint8Array(1024) })], 1000, 65_536),
  decoding("stream of all kinds, 16 KiB chunks", mixed, 8000, socketChunk),
  decoding("stream of all kinds, 1-byte chunks", mixed, 160, 1),
];

const million = (rate) => `${(rate / 1e6).toFixed(rate < 1e6 ? 3 : 2)} M`;

function tellRates() {
  console.log(`QoS 1, payload of 64 bytes, Node ${process.version}\n`);
  console.log(
    `${"a second".padEnd(50)}${"this codec".padStart(12)}${"mqtt-packet".padStart(14)}${"ratio".padStart(8)}`,
  );
  for (const { name, ours, theirs: other } of scenarios) {
    const [our, their] = ratesOf([ours, other]);
    const ratio = (our / their).toFixed(1);
    console.log(`${name.padEnd(50)}${million(our).padStart(12)}${million(their).padStart(14)}${ratio.padStart(8)}`);
  }
}

/** In a process of its own: a new space that is large enough to count in makes everything slower. */
function tellGarbage() {
  console.log("\nheap garbage a packet, in bytes");
  for (const { name, ours, theirs: other } of scenarios) {
    const [our, their] = [garbageOf(ours), garbageOf(other)].map((bytes) => bytes.toFixed(0));
    console.log(`${name.padEnd(50)}${our.padStart(12)}${their.padStart(14)}`);
  }
}

if (globalThis.gc === undefined) {
  tellRates();
} else {
  tellGarbage();
}
process.exitCode = sink > 0 ? 0 : 1;
