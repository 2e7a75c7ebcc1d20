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

  /** A message came to this page. */
  showReceived({ qos }) {
    void this.#show([this.#toDevice, this.#toPage], qos, false);
  }

  /** A message left this page. */
  showSent({ qos }) {
    void this.#show([this.#toPage, this.#toDevice], qos, true);
  }

  showPage(isConnected, words) {
    this.#toPage.classList.toggle("broken", !isConnected);
    byId("node-page").dataset.is = isConnected ? "ok" : "waiting";
    byId("node-broker").dataset.is = isConnected ? "ok" : "waiting";
    byId("page-note").textContent = words;
  }

  showDevice(isOnline, words) {
    this.#toDevice.classList.toggle("broken", !isOnline);
    byId("node-device").dataset.is = isOnline ? "ok" : "waiting";
    byId("device-status").textContent = words;
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
