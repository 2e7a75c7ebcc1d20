/**
 * The programs of the system that the tests need: brokers, proxies and browsers. Looks for each at the usual places, or
 * where an environment variable says, and installs what is missing where that is possible (Debian, as root).
 */
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";

/** `sbin` is not on the path of every user, and on macOS neither is what Homebrew installs for that folder. */
const folders = [
  "/usr/sbin",
  "/usr/bin",
  "/usr/local/sbin",
  "/usr/local/bin",
  "/opt/homebrew/sbin",
  "/opt/homebrew/bin",
];

const tools = [
  { name: "mosquitto", variable: "MOSQUITTO_PATH", programs: ["mosquitto"], debianPackage: "mosquitto" },
  { name: "ejabberd", variable: "EJABBERDCTL_PATH", programs: ["ejabberdctl"], debianPackage: "ejabberd" },
  {
    name: "chromium",
    variable: "CHROMIUM_PATH",
    programs: ["chromium", "chromium-browser"],
    debianPackage: "chromium",
  },
  { name: "firefox", variable: "FIREFOX_PATH", programs: ["firefox-esr", "firefox"], debianPackage: "firefox-esr" },
  { name: "tinyproxy", variable: "TINYPROXY_PATH", programs: ["tinyproxy"], debianPackage: "tinyproxy" },
  { name: "stunnel", variable: "STUNNEL_PATH", programs: ["stunnel4", "stunnel"], debianPackage: "stunnel4" },
  { name: "microsocks", variable: "MICROSOCKS_PATH", programs: ["microsocks"], debianPackage: "microsocks" },
];

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function find({ variable, programs }) {
  const given = process.env[variable];
  if (given !== undefined) {
    return isProgram(given) ? given : undefined;
  }
  const searched = [...(process.env.PATH ?? "").split(path.delimiter), ...folders];
  return programs.flatMap((program) => searched.map((folder) => path.join(folder, program))).find(isProgram);
}

const canInstall = () => existsSync("/etc/debian_version") && process.getuid?.() === 0;

function installPackages(packages) {
  const options = { stdio: "pipe", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  execFileSync("apt-get", ["update", "-qq"], options);
  execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], options);
  packages.filter((name) => services.includes(name)).forEach(stopService);
}

/** Debian starts these on their standard ports as soon as they are installed; the tests start their own. */
const services = ["mosquitto", "ejabberd", "tinyproxy"];

function stopService(name) {
  try {
    execFileSync("service", [name, "stop"], { stdio: "ignore" });
  } catch {
    // It was not running, or there is nothing that manages services.
  }
}

/** The environment that tells where the tools are that exist. */
export function findTools() {
  const found = tools.map((tool) => [tool.variable, find(tool)]);
  return Object.fromEntries(found.filter(([, file]) => file !== undefined));
}

/** Installs what is missing, where that is possible; gives for each tool still missing a line that says how to get it. */
export function installTools() {
  const isMissing = (tool) => find(tool) === undefined;
  const missing = tools.filter(isMissing);
  let failure = "";
  if (missing.length > 0 && canInstall()) {
    try {
      installPackages(missing.map((tool) => tool.debianPackage));
    } catch (error) {
      failure = ` (apt-get failed: ${String(error.stderr ?? error.message).trim()})`;
    }
  }
  return tools
    .filter(isMissing)
    .map(
      ({ name, variable, debianPackage }) =>
        `${name} is missing: install it (Debian: apt-get install ${debianPackage}) or set ${variable}${failure}`,
    );
}
