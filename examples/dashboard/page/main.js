/** Puts the page together: what comes over the link goes to the parts of the page that show it. */
import { ConnectionView } from "./connection.js";
import { Controls } from "./controls.js";
import { askForCredentials } from "./credentials.js";
import { Door } from "./door.js";
import { Link } from "./link.js";
import { MessageLog } from "./message-log.js";
import { Readings } from "./readings.js";
import { topicsBelow } from "./topics.js";
import { Traffic } from "./traffic.js";
import { prepareWhatIf } from "./what-if.js";
import { Wire } from "./wire.js";

const { url, root, isEmbedded, needsCredentials } = await (await fetch("settings.json")).json();
const topics = topicsBelow(root);
const link = new Link(url, topics, needsCredentials ? await askForCredentials() : {});

const wire = new Wire();
const connection = new ConnectionView(wire, { url, clientId: link.clientId, isEmbedded });
const readings = new Readings(topics);
const controls = new Controls(link, topics);
const door = new Door();
const traffic = new Traffic();
const log = new MessageLog();

function handleMessage(message) {
  traffic.countReceived(message);
  wire.showReceived(message);
  log.add(message);
  if (message.topic === topics.status) {
    connection.showDevice(message);
  } else if (message.topic === topics.door) {
    door.handleEvent(message);
  }
  readings.handleMessage(message);
  controls.handleMessage(message);
}

function handleSent(message) {
  traffic.countSent(message);
  wire.showSent(message);
}

const handlers = {
  attempt: (event) => connection.showAttempt(event),
  connected: (event) => connection.showConnected(event),
  failure: (event) => connection.showFailure(event),
  loss: (event) => connection.showLoss(event),
  message: handleMessage,
  sent: handleSent,
  roundTrip: (milliseconds) => traffic.addRoundTrip(milliseconds),
};
for (const [type, handle] of Object.entries(handlers)) {
  link.addEventListener(type, ({ detail }) => handle(detail));
}
prepareWhatIf(link, topics, isEmbedded);
link.start();
