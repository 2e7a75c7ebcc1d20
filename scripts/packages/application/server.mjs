/**
 * What a server that renders a page does with the package for browsers: it imports it, and, where the application makes
 * its client at once, constructs a client too. Whoever asks for a page's globals here is stopped.
 */
for (const name of ["window", "document", "self", "navigator", "location", "localStorage", "indexedDB"]) {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get: () => {
      throw new Error(`asked for ${name}`);
    },
  });
}
const before = Object.keys(globalThis).length;
const { Mqtt5Client } = await import("@mqtt5/browser");
console.log(`imported, ${Object.keys(globalThis).length - before} globals added`);

for (const name of ["window", "document", "self", "navigator", "location", "localStorage", "indexedDB"]) {
  delete globalThis[name];
}
const client = new Mqtt5Client({ url: "ws://127.0.0.1:9" });
console.log(`constructed, ${client.state}`);
