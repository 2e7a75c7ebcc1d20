/**
 * The MQTT side of the page: the one file here that uses the SDK, as the global of its script tag. It shows what an
 * application does with a client: connect and stay connected, subscribe, receive, publish at each QoS.
 */
const { Mqtt5Client, PayloadFormatIndicator, QoS } = globalThis.mqtt5;

const sessionSeconds = 60;
const commandExpirySeconds = 60;
const millisecondsBetweenEchoes = 1_000;

const randomHex = () => [...crypto.getRandomValues(new Uint8Array(4))].map((it) => it.toString(16)).join("");

const text = { contentType: "text/plain", payloadFormatIndicator: PayloadFormatIndicator.Utf8 };

export class Link extends EventTarget {
  #client;
  #topics;
  #echoes = 0;
  #echoAt = new Map();

  clientId = `dashboard-${randomHex()}`;

  /** `credentials` holds a `username` and a `password`, or nothing. */
  constructor(url, topics, credentials) {
    super();
    this.#topics = topics;
    this.#client = new Mqtt5Client({
      url,
      // The broker keeps the session for a minute, so a connection that comes back misses nothing at QoS 1 and 2.
      sessionBehavior: "rejoinPostSuccess",
      minReconnectDelayMs: 500,
      maxReconnectDelayMs: 4_000,
      connectOptions: {
        clientId: this.clientId,
        keepAlive: 15,
        sessionExpiryInterval: sessionSeconds,
        ...credentials,
      },
    });
    this.#client.on("attemptingConnect", (event) => this.#tell("attempt", event));
    this.#client.on("connectionSuccess", (event) => this.#handleConnected(event));
    this.#client.on("connectionFailure", (event) => this.#tell("failure", event));
    this.#client.on("disconnection", (event) => this.#tell("loss", event));
    this.#client.on("messageReceived", ({ message }) => this.#handleMessage(message));
    this.#client.on("handlerError", ({ error }) => console.error(error));
  }

  start() {
    this.#client.start();
    setInterval(() => this.#sendEcho(), millisecondsBetweenEchoes);
    // A page that is left says goodbye; one that comes back out of the browser's memory starts again.
    addEventListener("pagehide", () => void this.#client.stop({ disconnect: { sessionExpiryInterval: 0 } }));
    addEventListener("pageshow", ({ persisted }) => persisted && this.#client.start());
  }

  /** Publishes a command. The state that comes of it carries the same correlation data. */
  async command(topic, payload, { qos, correlationData }) {
    const message = { topic, payload, qos, correlationData, messageExpiryInterval: commandExpirySeconds, ...text };
    this.#tell("sent", message);
    return this.#client.publish(message);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #handleConnected(event) {
    // A session that the server kept has its subscriptions too.
    if (!event.negotiatedSettings.rejoinedSession) {
      this.#subscribe();
    }
    this.#tell("connected", event);
  }

  #subscribe() {
    const { temperature, humidity, light, power, door, status, fan, target, echoAnswer } = this.#topics;
    const at = (qos, ...topicFilters) => topicFilters.map((topicFilter) => ({ topicFilter, qos }));
    const subscriptions = [
      ...at(QoS.AtMostOnce, temperature, humidity, light, echoAnswer(this.clientId)),
      ...at(QoS.AtLeastOnce, power, status, fan, target),
      ...at(QoS.ExactlyOnce, door),
    ];
    this.#client.subscribe({ subscriptions }).catch((error) => this.#tell("failure", { error }));
  }

  #handleMessage(message) {
    if (message.topic === this.#topics.echoAnswer(this.clientId)) {
      this.#handleEcho(message);
    }
    this.#tell("message", message);
  }

  /** Asks the greenhouse to answer (section 4.10): page, broker, Node, broker, page. */
  #sendEcho() {
    if (!this.#client.isConnected) {
      this.#echoAt.clear();
      return;
    }
    this.#echoes += 1;
    const correlationData = String(this.#echoes);
    const message = {
      topic: this.#topics.echo,
      qos: QoS.AtMostOnce,
      responseTopic: this.#topics.echoAnswer(this.clientId),
      correlationData,
    };
    this.#echoAt.set(correlationData, performance.now());
    this.#tell("sent", message);
    // At QoS 0 a message that does not arrive is no failure of the program.
    this.#client.publish(message).catch(() => this.#echoAt.delete(correlationData));
  }

  #handleEcho({ correlationData }) {
    const key = new TextDecoder().decode(correlationData);
    const sentAt = this.#echoAt.get(key);
    if (sentAt !== undefined) {
      this.#echoAt.delete(key);
      this.#tell("roundTrip", performance.now() - sentAt);
    }
  }
}
