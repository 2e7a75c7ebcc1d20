/**
 * The direction of the layers: codec ← protocol ← client ← adapters. `scripts/guards/layering.mjs` shows for each rule
 * that it fails on a wrong import.
 */
const core = "^packages/core/src/";
const isTest = "[.]spec[.]ts$|^packages/[^/]+/(test|e2e)/";
const entry = `${core}(index|adapter|(authentication|testing)/index)[.]ts$`;
/** The part of the codec that only a server needs: no client bundle contains it. */
const serverCodec = `${core}codec/(client-packets|encode-any-packet)[.]ts$`;
const webSocketPackages = "(^|node_modules/)(@types/)?(ws|isomorphic-ws)(/|$)";

const layer = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: `${core}${from}`, pathNot: isTest },
  to: { path: "^packages/", pathNot: [`${core}errors[.]ts$`, ...allowed.map((it) => `${core}${it}`)] },
});

/** Rooms of one layer have an order, too: files of one may not import these of another. */
const room = (name, from, refused, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: `${core}${from}`, pathNot: isTest },
  to: { path: `${core}${refused}` },
});

export default {
  forbidden: [
    layer("codec-is-at-the-bottom", "codec/", ["codec/"], "Bytes and values; it knows nothing above it."),
    layer("protocol-knows-codec-only", "protocol/", ["protocol/", "codec/", "ports/"], "A state machine without I/O."),
    layer(
      "client-knows-the-layers-below",
      "client/",
      ["client/", "protocol/", "codec/", "ports/"],
      "The client knows no adapter, no test tool and no entry.",
    ),
    layer(
      "transports-know-ports-only",
      "transports/",
      ["transports/", "ports/", "protocol/errors/connection-errors[.]ts$", "codec/printable-text[.]ts$"],
      "A transport implements a port and fails in the client's terms; it carries bytes and knows no packet.",
    ),
    layer(
      "authentication-is-an-application",
      "authentication/",
      ["authentication/", "client/(connecting/authentication|options/checks)[.]ts$"],
      "A method of authentication is what an application could write itself.",
    ),
    room(
      "wire-knows-no-packet",
      "codec/wire/",
      "codec/(packets|properties|packet-|client-|server-)",
      "The data types of the protocol; packets are made of them.",
    ),
    room("collections-know-nothing", "protocol/collections/", "(?!protocol/collections/)", "They hold anything."),
    room(
      "connection-and-session-are-told",
      "protocol/(connection|session|errors)/",
      "protocol/(engine[.]|packet-reader|lifecycle/(?!retry-policy))",
      "The lifecycle tells a connection and a session what happens; they do not ask for it.",
    ),
    room(
      "lifecycle-knows-no-engine",
      "protocol/lifecycle/",
      "protocol/(engine[.]|packet-reader)",
      "The engine owns the lifecycle.",
    ),
    room(
      "options-do-nothing",
      "client/options/",
      "client/(client|driver|operations|messages|events|requests|connecting/(?!authentication[.]))",
      "Options are checked and copied; what they mean is decided elsewhere.",
    ),
    room(
      "promises-drive-nothing",
      "client/operations/",
      "client/(client|driver|messages|events|requests|connecting)",
      "A table of promises waits to be told.",
    ),
    layer("ports-know-values-only", "ports/", ["ports/", "codec/"], "A port speaks in packets and errors."),
    {
      name: "ports-are-types",
      comment: "A port holds no code, so it imports none; and nothing of it is left to import at run time.",
      severity: "error",
      from: { path: `${core}ports/` },
      to: { path: core, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "ports-are-imported-as-types",
      severity: "error",
      from: { path: core, pathNot: entry },
      to: { path: `${core}ports/`, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "core-has-no-platform",
      comment: "Node's modules and any package but eventemitter3 stay out of core's sources.",
      severity: "error",
      from: { path: core, pathNot: isTest },
      to: { pathNot: ["^packages/", "(^|/)node_modules/eventemitter3/"] },
    },
    {
      name: "core-has-no-web-socket-package",
      comment: "Not in its tests either: the types of `ws` bring Node's globals along.",
      severity: "error",
      from: { path: "^packages/core/" },
      to: { path: webSocketPackages },
    },
    {
      name: "server-codec-is-for-tests",
      comment: "A client does not read packets of a client, and knows the type of each packet that it encodes.",
      severity: "error",
      from: { path: core, pathNot: [isTest, `${core}testing/`, serverCodec] },
      to: { path: serverCodec },
    },
    {
      name: "testing-is-for-tests",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: [isTest, `${core}testing/`] },
      to: { path: `${core}testing/` },
    },
    {
      name: "entries-are-for-others",
      comment: "Inside core a thing is imported from the file that defines it.",
      severity: "error",
      from: { path: core, pathNot: isTest },
      to: { path: entry },
    },
    {
      name: "adapters-use-core-entries",
      severity: "error",
      from: { path: "^packages/(node|browser)/" },
      to: { path: core, pathNot: entry },
    },
    {
      name: "adapters-do-not-know-each-other",
      severity: "error",
      from: { path: "^packages/(node|browser)/" },
      to: { path: "^packages/(node|browser)/", pathNot: "^packages/$1/" },
    },
    {
      name: "core-knows-no-adapter",
      severity: "error",
      from: { path: "^packages/core/" },
      to: { path: "^packages/(node|browser)/" },
    },
    {
      name: "browser-has-no-node",
      severity: "error",
      from: { path: "^packages/browser/src/", pathNot: isTest },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "nothing-imports-a-spec",
      severity: "error",
      from: {},
      to: { path: "[.](spec|e2e)[.]ts$" },
    },
    {
      name: "sources-import-no-test-code",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: isTest },
      to: { path: isTest },
    },
    { name: "no-cycle", comment: "Of types neither.", severity: "error", from: {}, to: { circular: true } },
    { name: "no-missing-file", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "/dist/"] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@mqtt5/source", "import", "types", "node", "default"],
      mainFields: ["module", "main", "types"],
    },
    cache: false,
  },
};
