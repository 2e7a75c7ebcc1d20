/**
 * Tools for tests of an application or of an adapter: a clock that the test moves, a network in memory, a server that
 * does what the test says, and a session store that fails on demand. They depend on no test framework.
 */
export type { ReceivedPublish } from "../codec/packets/publish.js";
export { type ConnectionPhase, MqttError } from "../errors.js";
export { bytesOfHex, hexOfBytes, joinBytes, type BytesLike } from "./bytes.js";
export {
  MemoryConnection,
  MemoryNetwork,
  type MemoryConnectionState,
  type MemoryNetworkOptions,
} from "./memory-network.js";
export {
  plainConnack,
  ScriptedPeer,
  type ScriptedAnswer,
  type ScriptedPeerOptions,
  type WireLogEntry,
} from "./scripted-peer.js";
export { VirtualClock, type VirtualClockOptions } from "./virtual-clock.js";
export { VirtualSessionStore, type VirtualSessionStoreOptions } from "./virtual-session-store.js";
export type { Clock } from "../ports/clock.js";
export type { SessionStore, StoreBatch, StoreChange } from "../ports/session-store.js";
export type { Transport, TransportFactory, TransportHandlers } from "../ports/transport.js";
