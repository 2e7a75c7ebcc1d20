/** What is said about the connection: in the pill, in the picture, and in the details. */
const byId = (id) => document.getElementById(id);

export class ConnectionView {
  #wire;
  #pill = byId("connection");
  #connections = 0;

  constructor(wire, { url, clientId, isEmbedded }) {
    this.#wire = wire;
    byId("detail-url").textContent = isEmbedded ? `${url} (embedded, beta)` : url;
    byId("detail-client").textContent = clientId;
    byId("broker-note").textContent = isEmbedded ? "embedded" : new URL(url).hostname;
  }

  showAttempt({ attempt }) {
    this.#show("connecting", this.#connections === 0 ? "Connecting" : `Reconnecting, attempt ${attempt}`);
  }

  showConnected({ negotiatedSettings }) {
    this.#connections += 1;
    const { rejoinedSession, serverKeepAlive } = negotiatedSettings;
    byId("detail-session").textContent =
      `${rejoinedSession ? "resumed" : "new"}, connection ${this.#connections}, keep-alive ${serverKeepAlive} s`;
    this.#show("connected", "Connected");
  }

  showFailure({ error }) {
    if (this.#connections === 0) {
      byId("detail-loss").textContent = error.message;
    }
    this.#show("waiting", "Waiting to reconnect");
  }

  showLoss({ error }) {
    byId("detail-loss").textContent = `${new Date().toTimeString().slice(0, 8)}, ${error.message}`;
    this.#show("waiting", "Connection lost");
  }

  showDevice(message) {
    this.#wire.showDevice(message.text());
  }

  #show(state, words) {
    this.#pill.dataset.state = state;
    this.#pill.textContent = words;
    this.#wire.showPage(state);
  }
}
