using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    # By default it may not reach addresses of this machine.
    (name = "internet", network = (allow = ["private", "public"])),
  ],
);

const worker :Workerd.Worker = (
  modules = [
    (name = "workerd.mjs", esModule = embed "workerd.mjs"),
    (name = "exchange.mjs", esModule = embed "exchange.mjs"),
    (name = "mqtt5.mjs", esModule = embed "node_modules/@mqtt5/browser/dist/mqtt5.esm.min.js"),
  ],
  bindings = [(name = "URL", fromEnvironment = "MQTT_URL")],
  compatibilityDate = "2026-01-01",
);
