/**
 * Starts a mosquitto of its own on free loopback ports, for the time of one check.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const attempts = 100;
const millisecondsBetweenAttempts = 50;

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/**
 * Gives the broker's ports, its URLs and a function that stops it; `settings` are further lines of its
 * configuration.
 */
export async function startBroker(program, settings = []) {
  const folder = mkdtempSync(path.join(tmpdir(), "mqtt5-broker-"));
  const port = await freePort();
  const webSocketPort = await freePort();
  const file = path.join(folder, "mosquitto.conf");
  const lines = [
    `listener ${port} 127.0.0.1`,
    `listener ${webSocketPort} 127.0.0.1`,
    "protocol websockets",
    "allow_anonymous true",
    "persistence false",
    ...settings,
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  const broker = spawn(program, ["-c", file], { stdio: "ignore" });
  const ended = new Promise((resolve) => {
    broker.once("close", resolve).once("error", resolve);
  });
  const stop = async () => {
    broker.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let attempt = 0; attempt < attempts; attempt++) {
    if ((await accepts(port)) && (await accepts(webSocketPort))) {
      return { port, url: `mqtt://127.0.0.1:${port}`, webSocketUrl: `ws://127.0.0.1:${webSocketPort}`, stop };
    }
    await wait(millisecondsBetweenAttempts);
  }
  await stop();
  throw new Error(`${program} does not accept connections`);
}
