/** The parts for a platform adapter: the ports, the client to build on, and option checks. */

export {
  type Check,
  checkBoolean,
  checkDuration,
  checkFunction,
  checkInteger,
  checkList,
  checkObject,
  checkOneOf,
  type ChecksOf,
  checkString,
} from "./client/options/checks.js";
export { Mqtt5ClientBase } from "./client/client.js";
export type { Platform, TransportRequest } from "./client/platform.js";
export { afterwards } from "./client/promise-like.js";
export { isSecure, parseFollowingUrl, parseServerUrl } from "./client/connecting/server-url.js";
export { fieldsOf } from "./client/options/option-copies.js";
export { checkWebSocketOptions } from "./client/options/websocket-options.js";
export { largestPacketBytes } from "./codec/limits.js";
export type { PayloadMemory } from "./codec/wire/payload-memory.js";
export { printable } from "./codec/printable-text.js";
export { splitPackets } from "./codec/split-packets.js";
export type { Clock } from "./ports/clock.js";
export type { Logger } from "./ports/logger.js";
export type { ServerUrl, UrlScheme } from "./ports/server-url.js";
export type { Random } from "./ports/random.js";
export type { SessionStore, StoreBatch, StoreChange } from "./ports/session-store.js";
export type { ConnectionPhase } from "./errors.js";
export type { Transport, TransportFactory, TransportHandlers } from "./ports/transport.js";
export { ConnectionError, type ConnectionFailure } from "./protocol/errors/connection-errors.js";
export { describeThrown } from "./protocol/errors/thrown-values.js";
export {
  mqttSubprotocol,
  type WebSocketClosure,
  type WebSocketFactory,
  type WebSocketLike,
  type WebSocketListener,
  WebSocketTransport,
  type WebSocketTransportParts,
} from "./transports/websocket-transport.js";
