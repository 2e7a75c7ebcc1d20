/**
 * `npm start`: a greenhouse in Node, a dashboard in the browser, and an MQTT 5 broker between them.
 *
 * Everything that is started here is stopped again, in the opposite order, by Ctrl-C, SIGTERM or SIGHUP, and when npm ends.
 */
import { MqttError } from "@mqtt5/node";
import { EmbeddedBroker } from "./src/embedded-broker.mjs";
import { Greenhouse } from "./src/greenhouse.mjs";
import { watchLauncher } from "./src/launcher.mjs";
import { Monitor } from "./src/monitor.mjs";
import { servePage } from "./src/page-server.mjs";
import { readSettings, settingsForPage, SettingsError, withoutSecrets } from "./src/settings.mjs";

const millisecondsAway = 4_000;
const millisecondsToStop = 4_000;

const say = (line = "") => console.log(line);
const log = (line) => say(`${new Date().toTimeString().slice(0, 8)}  ${line}`);

/** What undoes what was started, in the order in which it was started. */
const started = [];

async function startBroker() {
  const broker = new EmbeddedBroker((error) => log(`broker: ${error.message}`));
  await broker.start();
  started.push(() => broker.stop());
  return broker;
}

async function restart(broker) {
  log(`broker goes away for ${millisecondsAway / 1_000} seconds`);
  await broker.restart(millisecondsAway);
  log("broker is back");
}

function startClients({ url, root, run }, broker) {
  const onRestart = () => {
    if (broker !== undefined) {
      restart(broker).catch((error) => log(`broker cannot come back: ${error.message}`));
    }
  };
  const greenhouse = new Greenhouse({ url, root, clientId: `greenhouse-${run}`, log });
  const monitor = new Monitor({ url, root, clientId: `monitor-${run}`, log, onRestart });
  for (const client of [monitor, greenhouse]) {
    client.start();
    started.push(() => client.stop());
  }
}

async function main() {
  const settings = readSettings(process.env);
  const broker = settings.url === undefined ? await startBroker() : undefined;
  const { url, webSocketUrl } = broker ?? settings;
  say();
  say("  MQTT 5 at work: a greenhouse in Node, a dashboard in your browser, a broker between them");
  say();
  if (webSocketUrl === undefined) {
    say("  Dashboard  none: a page reaches a broker through a WebSocket only. Set MQTT_WEBSOCKET_URL to the");
    say("             WebSocket address of this broker, such as ws://broker.example:8083/mqtt");
  } else {
    const page = await servePage(settingsForPage(webSocketUrl, settings.root, broker !== undefined), settings.port);
    started.push(() => page.stop());
    broker?.allowOrigins(page.origins);
    say(`  Dashboard  ${page.url}`);
  }
  say(`  Broker     ${[url, webSocketUrl].filter(Boolean).map(withoutSecrets).join(" and ")}`);
  if (broker !== undefined) {
    say("             embedded for this demo: a beta (aedes 2) without shared subscriptions");
  }
  say("  Stop       Ctrl-C");
  say();
  startClients({ ...settings, url }, broker);
}

let isStopping = false;

/** Once is enough: package managers pass on a Ctrl-C that the terminal has sent here already. */
async function stop() {
  if (isStopping) {
    return;
  }
  isStopping = true;
  // Nothing should be left that keeps the process alive; if something is, this ends it.
  setTimeout(() => process.exit(), millisecondsToStop).unref();
  for (const stopOne of started.reverse()) {
    await stopOne();
  }
}

async function handleSignal() {
  if (isStopping) {
    return;
  }
  say();
  log("stopping");
  await stop();
  log("stopped");
}

async function fail(error) {
  const isForUser = error instanceof SettingsError || MqttError.is(error) || error.code === "EADDRINUSE";
  console.error(isForUser ? `\n  ${error.message}\n` : error);
  process.exitCode = 1;
  await stop();
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, handleSignal);
}
watchLauncher(handleSignal);
// The reader of our output is gone, for instance `head`, or the terminal; there is nobody left to show anything to.
process.stdout.on("error", () => void stop());

await main().catch(fail);
