/**
 * The topics of the greenhouse, in one place for both sides: Node imports this file, and the page loads it.
 */

/** All topics below a root, so that two greenhouses can share a broker. */
export const topicsBelow = (root) => ({
  everything: `${root}/#`,

  // Told by the greenhouse. Readings are many and soon outdated: QoS 0. What costs money is counted at QoS 1, and what
  // happened, happened exactly once: QoS 2. States are retained, so that whoever comes later knows them at once.
  temperature: `${root}/air/temperature`,
  humidity: `${root}/air/humidity`,
  light: `${root}/light`,
  power: `${root}/power`,
  door: `${root}/door`,
  status: `${root}/status`,
  fan: `${root}/fan`,
  target: `${root}/target`,

  // Told to the greenhouse.
  setFan: `${root}/fan/set`,
  setTarget: `${root}/target/set`,
  echo: `${root}/echo`,
  unplug: `${root}/demo/unplug`,

  // Told to the program that runs the broker.
  restartBroker: `${root}/demo/restart-broker`,

  /** Where a client wants the answers to its echo requests. */
  echoAnswer: (clientId) => `${root}/echo/${clientId}`,
});
