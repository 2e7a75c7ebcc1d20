/** Numbers about the messages of this page: how many a second, how many at each QoS, how long a round trip takes. */
const windowMs = 5_000;
const roundTripsShown = 9;
const names = ["QoS 0, at most once", "QoS 1, at least once", "QoS 2, exactly once"];

/** Messages a second, over the last few seconds. */
class Rate {
  #times = [];
  #since = performance.now();

  add() {
    this.#times.push(performance.now());
  }

  get perSecond() {
    const now = performance.now();
    while (this.#times.length > 0 && this.#times[0] < now - windowMs) {
      this.#times.shift();
    }
    return (this.#times.length * 1_000) / Math.min(windowMs, Math.max(1_000, now - this.#since));
  }
}

function makeCounter(name, qos) {
  const row = document.getElementById("counts").insertRow();
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  row.append(head);
  row.dataset.qos = qos;
  const [received, sent] = [row.insertCell(), row.insertCell()];
  received.textContent = sent.textContent = "0";
  return { received, sent };
}

export class Traffic {
  #counters = names.map(makeCounter);
  #received = new Rate();
  #sent = new Rate();
  #roundTrips = [];

  constructor() {
    setInterval(() => this.#showRates(), 500);
  }

  countReceived({ qos }) {
    this.#received.add();
    this.#count(this.#counters[qos].received);
  }

  countSent({ qos }) {
    this.#sent.add();
    this.#count(this.#counters[qos].sent);
  }

  /** Shows the median of the last few: one that met a busy moment says little. */
  addRoundTrip(milliseconds) {
    this.#roundTrips = [...this.#roundTrips, milliseconds].slice(-roundTripsShown);
    const sorted = [...this.#roundTrips].sort((a, b) => a - b);
    document.getElementById("round-trip").textContent = sorted[Math.floor(sorted.length / 2)].toFixed(1);
  }

  #count(cell) {
    cell.textContent = String(Number(cell.textContent) + 1);
  }

  #showRates() {
    document.getElementById("rate-in").textContent = this.#received.perSecond.toFixed(1);
    document.getElementById("rate-out").textContent = this.#sent.perSecond.toFixed(1);
  }
}
