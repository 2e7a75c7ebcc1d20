/** The picture of the connection: a dot for each message on its way between Node, the broker and this page. */
const byId = (id) => document.getElementById(id);
const millisecondsPerLink = 550;
const mostDots = 40;

const prefersStillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

async function travel(link, qos, isBackwards) {
  const dot = document.createElement("span");
  dot.className = "dot";
  dot.dataset.qos = qos;
  dot.classList.toggle("back", isBackwards);
  link.append(dot);
  const end = link.clientWidth - dot.offsetWidth;
  const frames = [{ transform: "translateX(0)" }, { transform: `translateX(${end}px)` }];
  const animation = dot.animate(isBackwards ? frames.reverse() : frames, {
    duration: millisecondsPerLink,
    easing: "ease-in-out",
  });
  await animation.finished.catch(() => undefined);
  dot.remove();
}

export class Wire {
  #toDevice = byId("link-device");
  #toPage = byId("link-page");
  #dots = 0;
  #pageState = "connecting";
  #deviceStatus = "unknown";

  /** A message came to this page. */
  showReceived({ qos }) {
    void this.#show([this.#toDevice, this.#toPage], qos, false);
  }

  /** A message left this page. */
  showSent({ qos }) {
    void this.#show([this.#toPage, this.#toDevice], qos, true);
  }

  /** Shows this end of the connection; `state` is `connected`, or what it is instead. */
  showPage(state) {
    this.#pageState = state;
    this.#showStates();
  }

  /** Shows the other end, as its retained status tells. */
  showDevice(status) {
    this.#deviceStatus = status;
    this.#showStates();
  }

  /** Without a connection of its own the page cannot know how the others are. */
  #showStates() {
    const isConnected = this.#pageState === "connected";
    const device = isConnected ? this.#deviceStatus : "unknown";
    const look = { connected: "ok", online: "ok", unknown: "unknown" };
    this.#toPage.dataset.is = byId("node-page").dataset.is = look[this.#pageState] ?? "waiting";
    this.#toDevice.dataset.is = byId("node-device").dataset.is = look[device] ?? "waiting";
    byId("node-broker").dataset.is = isConnected ? "ok" : "unknown";
    byId("page-note").textContent = this.#pageState;
    byId("device-status").textContent = device;
  }

  async #show(links, qos, isBackwards) {
    if (document.hidden || prefersStillness() || this.#dots >= mostDots) {
      return;
    }
    this.#dots += 1;
    for (const link of links) {
      await travel(link, qos, isBackwards);
    }
    this.#dots -= 1;
  }
}
