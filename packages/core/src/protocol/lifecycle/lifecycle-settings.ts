import type { AttemptSettings } from "../connection/attempt.js";
import type { ConnectSettings } from "../connection/connect-packet.js";
import type { ConnectionSettings } from "../connection/connection.js";
import type { ReconnectSettings } from "./reconnect-schedule.js";

/** The options of the lifecycle; durations in milliseconds. */
export interface LifecycleSettings extends ReconnectSettings, AttemptSettings, ConnectionSettings, ConnectSettings {}
