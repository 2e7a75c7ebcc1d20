import type { TaskName } from "./page-tasks.js";

/** From the page to its worker. */
export interface TaskMessage {
  readonly id: number;
  readonly name: TaskName;
  readonly task: unknown;
}

/** From the worker to its page; without an id: it is ready. */
export interface AnswerMessage {
  readonly id?: number;
  readonly answer?: unknown;
  readonly error?: string;
}
