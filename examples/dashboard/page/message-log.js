/** The last messages, newest first, as they are on the wire. It can be paused, to be read. */
const rows = 12;
const millisecondsBetweenUpdates = 400;
const longestPayload = 80;

const timeOf = (date) => `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, "0")}`;

const describePayload = ({ payload, text }) => {
  if (payload.length === 0) {
    return "(empty)";
  }
  return text === undefined ? `${payload.length} bytes` : text.slice(0, longestPayload);
};

function describeProperties(message) {
  return [
    message.retain && "retained",
    message.dup && "dup",
    message.contentType,
    message.messageExpiryInterval !== undefined && `expires in ${message.messageExpiryInterval} s`,
    message.correlationData !== undefined && "correlation data",
    ...message.userProperties.map(({ name, value }) => `${name}: ${value}`),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Text where the payload is some, whatever it says about itself. */
function textOf(message) {
  try {
    return message.text();
  } catch {
    return undefined;
  }
}

export class MessageLog {
  #entries = [];
  #hasNews = false;
  #isPaused = false;
  #body = document.getElementById("log");

  constructor() {
    const button = document.getElementById("pause");
    button.addEventListener("click", () => {
      this.#isPaused = !this.#isPaused;
      button.setAttribute("aria-pressed", String(this.#isPaused));
    });
    setInterval(() => this.#show(), millisecondsBetweenUpdates);
  }

  add(message) {
    if (!this.#isPaused) {
      this.#entries = [{ at: new Date(), message }, ...this.#entries].slice(0, rows);
      this.#hasNews = true;
    }
  }

  #show() {
    if (this.#hasNews) {
      this.#hasNews = false;
      this.#body.replaceChildren(...this.#entries.map((entry) => this.#row(entry)));
    }
  }

  #row({ at, message }) {
    const row = document.createElement("tr");
    const payload = describePayload({ payload: message.payload, text: textOf(message) });
    [timeOf(at), message.topic, "", payload, describeProperties(message)].forEach((words) => {
      row.insertCell().textContent = words;
    });
    const qos = document.createElement("span");
    qos.className = "qos";
    qos.dataset.qos = message.qos;
    qos.textContent = String(message.qos);
    row.cells[2].append(qos);
    return row;
  }
}
