/**
 * The other side of the client's benchmark, in a process of its own: takes whatever is published and acknowledges it, a
 * write for each chunk that came. A message to a topic of digits asks for so many messages, which it then sends as fast
 * as the client takes them. It checks nothing and keeps nothing, so that it is never what is measured.
 */
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { createWebSocketStream, WebSocketServer } from "ws";

const receiveMaximum = 1_024;
const batch = 256;

const connack = Buffer.from([0x20, 3, 0, 0, 0]);
const success = { connect: connack, pingreq: Buffer.from([0xd0, 0]) };
const [connect, publish, puback, pubrec, pubrel, pubcomp, subscribe, pingreq] = [1, 3, 4, 5, 6, 7, 8, 12];

/** A message to send, at its QoS; the packet ids come in when it is sent. */
function messageOf(qos) {
  const topic = Buffer.from("bench/received");
  const length = 2 + topic.length + (qos > 0 ? 2 : 0) + 1 + 64;
  const packet = Buffer.alloc(2 + length, 0x61);
  packet.set([0x30 | (qos << 1), length, 0, topic.length, ...topic]);
  packet[packet.length - 65] = 0;
  return { packet, idAt: 4 + topic.length };
}

class Peer {
  #socket;
  #rest = Buffer.alloc(0);
  #owed = 0;
  #inFlight = 0;
  #lastId = 0;
  #qos = 0;
  #message;

  constructor(socket) {
    this.#socket = socket;
    socket.on("data", (chunk) => this.#read(this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])));
    socket.on("drain", () => this.#send());
    socket.on("error", () => socket.destroy());
  }

  #read(bytes) {
    const answers = [];
    let start = 0;
    for (let end = packetEnd(bytes, start); end !== undefined; end = packetEnd(bytes, start)) {
      this.#handle(bytes.subarray(start, end), answers);
      start = end;
    }
    this.#rest = bytes.subarray(start);
    if (answers.length > 0) {
      this.#socket.write(Buffer.from(answers));
    }
    this.#send();
  }

  #handle(packet, answers) {
    const type = packet[0] >> 4;
    const body = packet.subarray(packet[1] < 0x80 ? 2 : packet[2] < 0x80 ? 3 : 4);
    if (type === connect) {
      answers.push(...success.connect);
    } else if (type === publish) {
      this.#handlePublish((packet[0] >> 1) & 3, body, answers);
    } else if (type === pubrel) {
      answers.push(pubcomp << 4, 2, body[0], body[1]);
    } else if (type === pubrec) {
      answers.push((pubrel << 4) | 2, 2, body[0], body[1]);
    } else if (type === puback || type === pubcomp) {
      this.#inFlight -= 1;
    } else if (type === subscribe) {
      this.#qos = body.at(-1) & 3;
      this.#message = messageOf(this.#qos);
      answers.push(0x90, 4, body[0], body[1], 0, this.#qos);
    } else if (type === pingreq) {
      answers.push(...success.pingreq);
    }
  }

  #handlePublish(qos, body, answers) {
    const topicLength = body.readUInt16BE(0);
    if (qos > 0) {
      answers.push((qos === 1 ? puback : pubrec) << 4, 2, body[2 + topicLength], body[3 + topicLength]);
    } else if (body[2] >= 0x30 && body[2] <= 0x39) {
      this.#owed = Number(body.toString("latin1", 2, 2 + topicLength));
    }
  }

  /** Sends what is owed, as far as the socket and the Receive Maximum allow. */
  #send() {
    let isWritable = !this.#socket.writableNeedDrain;
    while (this.#owed > 0 && isWritable) {
      const room = this.#qos === 0 ? batch : Math.min(batch, receiveMaximum - this.#inFlight);
      const count = Math.min(this.#owed, room);
      if (count <= 0) {
        return;
      }
      this.#owed -= count;
      this.#inFlight += this.#qos === 0 ? 0 : count;
      isWritable = this.#socket.write(this.#messages(count));
    }
  }

  #messages(count) {
    const { packet, idAt } = this.#message;
    const bytes = Buffer.allocUnsafe(count * packet.length);
    for (let index = 0; index < count; index++) {
      bytes.set(packet, index * packet.length);
      if (this.#qos > 0) {
        this.#lastId = (this.#lastId % 65_535) + 1;
        bytes.writeUInt16BE(this.#lastId, index * packet.length + idAt);
      }
    }
    return bytes;
  }
}

/** Where the packet that starts there ends, or undefined where it is not whole. */
function packetEnd(bytes, start) {
  let length = 0;
  for (let index = 1; index <= 4 && start + index < bytes.length; index++) {
    const byte = bytes[start + index];
    length |= (byte & 0x7f) << (7 * (index - 1));
    if (byte < 0x80) {
      const end = start + 1 + index + length;
      return end <= bytes.length ? end : undefined;
    }
  }
  return undefined;
}

const listen = (server) =>
  new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));

const tcp = createServer({ noDelay: true }, (socket) => new Peer(socket));
const http = createHttpServer();
const webSockets = new WebSocketServer({ server: http, handleProtocols: () => "mqtt", perMessageDeflate: false });
webSockets.on("connection", (webSocket) => new Peer(createWebSocketStream(webSocket)));

process.send({ mqtt: await listen(tcp), ws: await listen(http) });
