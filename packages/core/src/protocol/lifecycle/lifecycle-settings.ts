import type { AttemptSettings } from "../connection/attempt.js";
import type { ConnectSettings } from "../connection/connect-packet.js";
import type { ConnectionSettings } from "../connection/connection.js";
import type { EventQueue } from "../engine-event.js";
import type { Session } from "../session/session.js";
import type { ReconnectSettings } from "./reconnect-schedule.js";

/** The options of the lifecycle; durations in milliseconds. */
export interface LifecycleSettings extends ReconnectSettings, AttemptSettings, ConnectionSettings, ConnectSettings {}

/** The parts that the lifecycle works with. */
export interface LifecycleParts {
  readonly session: Session;
  readonly events: EventQueue;
  /** Gives numbers evenly spread over [0, 1). */
  readonly random: () => number;
}
