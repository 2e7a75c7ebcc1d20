/**
 * The traffic of the soak: two clients that keep their sessions, one that publishes numbers and one that checks them as
 * they come, and keeps none.
 */

/** So many operations are under way at a time. */
const window = 500;

const options = (url, clientId) => ({
  url,
  sessionBehavior: "rejoinAlways",
  minReconnectDelayMs: 5,
  maxReconnectDelayMs: 50,
  // Mosquitto 2.0 sends more QoS 2 messages at once than a smaller one allows.
  connectOptions: { clientId, sessionExpiryInterval: 3_600, receiveMaximum: 65_535 },
});

const lost = (client) => new Promise((resolve) => client.once("disconnection", resolve));

export class SoakTraffic {
  static async start(Mqtt5Client, network) {
    const [publisher, subscriber] = ["publisher", "subscriber"].map(
      (name) => new Mqtt5Client(options(network.url, `soak-${name}`)),
    );
    const traffic = new SoakTraffic(publisher, subscriber, network);
    for (const client of [publisher, subscriber]) {
      client.start();
      await client.waitUntilConnected();
    }
    await subscriber.subscribe({ topicFilter: "soak/+", qos: 2 });
    return traffic;
  }

  /** Messages that arrived for the first time, by QoS. */
  received = [0, 0, 0];
  repeated = 0;
  subscribes = 0;

  #publisher;
  #subscriber;
  #network;
  #published = [0, 0, 0];
  #violation;
  #waiting = [];

  constructor(publisher, subscriber, network) {
    this.#publisher = publisher;
    this.#subscriber = subscriber;
    this.#network = network;
    subscriber.on("messageReceived", ({ message }) => this.#check(message.qos, Number(message.text())));
  }

  /** Connections after the first, of the client that had fewer. */
  get reconnects() {
    return Math.min(...[this.#publisher, this.#subscriber].map((client) => client.statistics().reconnectCount));
  }

  /** Publishes so many, and cuts the network once in between, except at QoS 0, which promises nothing then. */
  async publish(qos, count) {
    const target = this.#published[qos] + count;
    const isCut = qos === 0 ? undefined : this.#cutAt(qos, target - Math.ceil(count / 2));
    while (this.#published[qos] < target) {
      const length = Math.min(window, target - this.#published[qos]);
      const numbers = Array.from({ length }, (_, index) => this.#published[qos] + index);
      this.#published[qos] += length;
      await Promise.all(
        numbers.map((number) => this.#publisher.publish({ topic: `soak/${qos}`, qos, payload: String(number) })),
      );
    }
    await isCut;
    await this.#arrival(qos, target);
  }

  /** Subscribes and unsubscribes, so many of each. */
  async subscribe(count) {
    for (let done = 0; done < count; done += window) {
      const filters = Array.from({ length: Math.min(window, count - done) }, (_, index) => `other/${done + index}/+`);
      await Promise.all(filters.map((topicFilter) => this.#publisher.subscribe({ topicFilter, qos: 1 })));
      await Promise.all(filters.map((topicFilter) => this.#publisher.unsubscribe(topicFilter)));
      this.subscribes += filters.length;
    }
  }

  /** Throws where something is still under way. */
  async stop() {
    for (const client of [this.#publisher, this.#subscriber]) {
      const { incompleteOperationCount } = client.statistics();
      if (incompleteOperationCount > 0) {
        throw new Error(`${incompleteOperationCount} operations are left over`);
      }
      await client.stop();
    }
  }

  async #cutAt(qos, number) {
    await this.#arrival(qos, number);
    const clients = [this.#publisher, this.#subscriber];
    const areLost = Promise.all(clients.map(lost));
    this.#network.cut();
    await areLost;
    await Promise.all(clients.map((client) => client.waitUntilConnected()));
  }

  /** Resolves when so many have arrived at this QoS; rejects at once when one was wrong. */
  #arrival(qos, count) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ qos, count, resolve, reject });
      this.#tell();
    });
  }

  #check(qos, number) {
    const expected = this.received[qos];
    if (number === expected) {
      this.received[qos] += 1;
    } else if (qos === 1 && number < expected) {
      this.repeated += 1;
    } else {
      this.#violation ??= new Error(`at QoS ${qos}: received ${number} instead of ${expected}`);
    }
    this.#tell();
  }

  #tell() {
    this.#waiting = this.#waiting.filter(({ qos, count, resolve, reject }) => {
      if (this.#violation !== undefined) {
        reject(this.#violation);
      } else if (this.received[qos] >= count) {
        resolve();
      } else {
        return true;
      }
      return false;
    });
  }
}
