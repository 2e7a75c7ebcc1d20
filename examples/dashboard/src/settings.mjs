/**
 * What the environment asks for: the broker that comes with the demo, or one that runs already.
 *
 * - `MQTT_URL`: a broker to use, such as `mqtt://broker.example:1883`; any scheme that the client knows.
 * - `MQTT_WEBSOCKET_URL`: how the page reaches that broker, such as `ws://broker.example:8083/mqtt`. Not needed where
 *   `MQTT_URL` is a WebSocket URL itself. The page shows it, so it has no query; for a user name and password in it the
 *   page asks its visitor.
 * - `PORT`: the port of the page on this machine; by default a free one.
 */
import { randomBytes } from "node:crypto";

const isWebSocketUrl = (url) => /^wss?:/iu.test(url);

/** A mistake of the caller's, to be shown without a stack trace. */
export class SettingsError extends Error {}

export function readSettings(environment) {
  const { MQTT_URL: given, MQTT_WEBSOCKET_URL: givenWebSocket, PORT: port = "0" } = environment;
  if (givenWebSocket && !isWebSocketUrl(givenWebSocket)) {
    throw new SettingsError("MQTT_WEBSOCKET_URL must begin with ws: or wss:, because a page has nothing else");
  }
  if (!/^\d{1,5}$/u.test(port) || Number(port) > 65_535) {
    throw new SettingsError(`PORT must be a number from 0 to 65535, not ${JSON.stringify(port)}`);
  }
  const url = given || givenWebSocket || undefined;
  const webSocketUrl = givenWebSocket || (url !== undefined && isWebSocketUrl(url) ? url : undefined);
  if (webSocketUrl?.includes("?")) {
    throw new SettingsError("MQTT_WEBSOCKET_URL must have no query: the page shows it, and a query may hold a secret");
  }
  const run = randomBytes(3).toString("hex");
  return {
    /** The broker to use; undefined: the one that comes with the demo. */
    url,
    /** How a page reaches it; undefined: it cannot. */
    webSocketUrl,
    port: Number(port),
    /** Tells the client identifiers of this run from those of others. */
    run,
    /** On a broker that is shared with strangers the topics are of this run alone. */
    root: url === undefined ? "greenhouse" : `greenhouse-${run}`,
  };
}

/** A URL as it may be shown: without user name, password and query. */
export const withoutSecrets = (url) => url.replace(/\/\/[^/?#]*@/u, "//").replace(/[?#].*$/su, "");

/** What the page is told. Any program on this machine can ask for it, so no secret is in it. */
export function settingsForPage(webSocketUrl, root, isEmbedded) {
  const url = withoutSecrets(webSocketUrl);
  return { url, root, isEmbedded, needsCredentials: url !== webSocketUrl };
}
