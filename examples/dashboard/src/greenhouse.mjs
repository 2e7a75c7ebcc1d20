/**
 * The greenhouse: a device that publishes what its sensors read and does what it is told. It is one client of the
 * broker, and shows what an application does with `@mqtt5/node`:
 *
 * - readings at QoS 0, the power meter at QoS 1, the door at QoS 2 with a number for each event
 * - retained states, and a will that says "offline" when the device is gone
 * - commands that arrive at QoS 1 and 2, and requests that are answered where the asker wants it
 * - a session that outlives connections: what was to be sent or received meanwhile is not lost
 */
import { DisconnectReasonCode, Mqtt5Client, MqttError, PayloadFormatIndicator, QoS } from "@mqtt5/node";
import { topicsBelow } from "../page/topics.js";
import { Climate } from "./climate.mjs";

const millisecondsPerTick = 250;
const secondsPerDay = 86_400;
const sessionSeconds = 300;

/** An old reading is of no use to anybody; the server drops it. */
const readingExpiryInterval = 60;

/** Reasons for which a message of a sensor may be lost without a word: nobody is there to take it. */
const expectedCodes = new Set(["DISCONNECTED", "OFFLINE", "MESSAGE_EXPIRED"]);

const text = { contentType: "text/plain", payloadFormatIndicator: PayloadFormatIndicator.Utf8 };
const json = { contentType: "application/json", payloadFormatIndicator: PayloadFormatIndicator.Utf8 };
const sensor = (name) => ({ userProperties: [{ name: "sensor", value: name }] });

export class Greenhouse {
  #topics;
  #client;
  #log;
  #climate = new Climate(Math.random);
  #timer;
  #plugTimer;
  #ticks = 0;
  #doorEvents = 0;
  #isDoorOpen = false;
  #ticksToDoorEvent = 12;
  #commands;

  /** `log` takes lines for the console. */
  constructor({ url, root, clientId, log }) {
    this.#topics = topicsBelow(root);
    this.#log = log;
    this.#client = new Mqtt5Client({
      url,
      sessionBehavior: "rejoinAlways",
      minReconnectDelayMs: 500,
      maxReconnectDelayMs: 4_000,
      connectOptions: {
        clientId,
        keepAlive: 15,
        sessionExpiryInterval: sessionSeconds,
        will: this.#status("offline"),
      },
    });
    this.#commands = new Map([
      [this.#topics.setFan, (message) => this.#setFan(message)],
      [this.#topics.setTarget, (message) => this.#setTarget(message)],
      [this.#topics.echo, (message) => this.#echo(message)],
      [this.#topics.unplug, () => this.unplug(5_000)],
    ]);
    this.#client.on("connectionSuccess", ({ negotiatedSettings }) => this.#handleConnected(negotiatedSettings));
    this.#client.on("connectionFailure", ({ error }) => log(`greenhouse cannot connect: ${error.message}`));
    this.#client.on("disconnection", ({ error }) => this.#handleDisconnected(error));
    this.#client.on("messageReceived", ({ message }) => this.#commands.get(message.topic)?.(message));
    this.#client.on("handlerError", ({ error }) => log(`greenhouse ignores a message: ${String(error)}`));
  }

  start() {
    this.#client.start();
    this.#timer = setInterval(() => this.#tick(), millisecondsPerTick);
  }

  /** Ends for good: the server publishes the will, and forgets the session. */
  async stop() {
    clearTimeout(this.#plugTimer);
    await this.#stop({ sessionExpiryInterval: 0 });
  }

  /** Is gone for a while, as if somebody had tripped over the cable. The session waits. */
  async unplug(milliseconds) {
    clearTimeout(this.#plugTimer);
    this.#plugTimer = setTimeout(() => this.start(), milliseconds);
    await this.#stop({});
  }

  async #stop(disconnect) {
    clearInterval(this.#timer);
    const reasonCode = DisconnectReasonCode.DisconnectWithWillMessage;
    await this.#client.stop({ disconnect: { reasonCode, ...disconnect }, timeoutMs: 1_500 });
  }

  #handleConnected({ rejoinedSession }) {
    this.#log(`greenhouse is connected${rejoinedSession ? ", with the session that it left" : ""}`);
    if (!rejoinedSession) {
      const { setFan, setTarget, echo, unplug } = this.#topics;
      this.#settle(
        this.#client.subscribe({
          subscriptions: [
            { topicFilter: setFan, qos: QoS.ExactlyOnce },
            { topicFilter: setTarget, qos: QoS.AtLeastOnce },
            { topicFilter: echo, qos: QoS.AtMostOnce },
            { topicFilter: unplug, qos: QoS.AtMostOnce },
          ],
        }),
      );
    }
    this.#publish(this.#status("online"));
    this.#tellFan();
    this.#tellTarget();
  }

  #handleDisconnected(error) {
    if (error.source !== "user") {
      this.#log(`greenhouse lost its connection: ${error.message}`);
    }
  }

  // What it is told.

  #setFan(message) {
    this.#climate.isFanOn = message.text() === "on";
    this.#tellFan(message);
  }

  #setTarget(message) {
    const target = message.json();
    if (typeof target === "number" && target >= 10 && target <= 35) {
      this.#climate.target = target;
    }
    this.#tellTarget(message);
  }

  /** The response topic is the asker's word (section 4.10): one outside of our own topics gets no answer. */
  #echo({ responseTopic, correlationData, payload }) {
    if (responseTopic?.startsWith(`${this.#topics.echo}/`) && correlationData !== undefined) {
      this.#publish({ topic: responseTopic, payload, correlationData });
    }
  }

  // What it tells.

  #tick() {
    this.#climate.advance(millisecondsPerTick / 1_000);
    this.#ticks += 1;
    this.#read(this.#topics.power, QoS.AtLeastOnce, { value: this.#climate.power, unit: "W" }, "P-1");
    if (this.#ticks % 2 === 0) {
      this.#read(this.#topics.temperature, QoS.AtMostOnce, { value: this.#climate.temperature, unit: "°C" }, "T-1");
      this.#read(this.#topics.humidity, QoS.AtMostOnce, { value: this.#climate.humidity, unit: "%" }, "H-1");
      this.#read(this.#topics.light, QoS.AtMostOnce, { value: this.#climate.light, unit: "klx" }, "L-1");
    }
    this.#ticksToDoorEvent -= 1;
    if (this.#ticksToDoorEvent === 0) {
      this.#moveDoor();
    }
  }

  /** A reading at QoS 0 that cannot go out now is not worth keeping; the others wait in the client's queue. */
  #read(topic, qos, { value, unit }, name) {
    if (qos !== QoS.AtMostOnce || this.#client.isConnected) {
      const payload = JSON.stringify({ value: Number(value.toFixed(2)), unit, at: Date.now() });
      this.#publish({ topic, qos, payload, messageExpiryInterval: readingExpiryInterval, ...json, ...sensor(name) });
    }
  }

  #moveDoor() {
    this.#isDoorOpen = !this.#isDoorOpen;
    this.#ticksToDoorEvent = this.#isDoorOpen ? 12 : 28;
    this.#doorEvents += 1;
    const event = { state: this.#isDoorOpen ? "open" : "closed", number: this.#doorEvents, at: Date.now() };
    this.#publish({
      topic: this.#topics.door,
      qos: QoS.ExactlyOnce,
      payload: JSON.stringify(event),
      ...json,
      ...sensor("D-1"),
    });
  }

  #tellFan(command) {
    this.#tell(this.#topics.fan, this.#climate.isFanOn ? "on" : "off", command);
  }

  #tellTarget(command) {
    this.#tell(this.#topics.target, this.#climate.target.toFixed(1), command);
  }

  /**
   * Whoever gave the command finds its correlation data in the state that came of it. And the time, because a broker may
   * deliver what it kept for a session after what is new.
   */
  #tell(topic, payload, command) {
    const correlationData = command?.correlationData;
    const answer = correlationData === undefined ? {} : { correlationData };
    const userProperties = [{ name: "at", value: String(Date.now()) }];
    this.#publish({ ...this.#state(topic, payload), ...answer, userProperties });
  }

  #status(payload) {
    return this.#state(this.#topics.status, payload);
  }

  /** States are kept by the server for those who come later, but not for ever. */
  #state(topic, payload) {
    return { topic, qos: QoS.AtLeastOnce, retain: true, payload, messageExpiryInterval: secondsPerDay, ...text };
  }

  #publish(message) {
    this.#settle(this.#client.publish(message));
  }

  #settle(operation) {
    operation.catch((error) => {
      if (!MqttError.is(error) || !expectedCodes.has(error.code)) {
        this.#log(`greenhouse: ${String(error)}`);
      }
    });
  }
}
