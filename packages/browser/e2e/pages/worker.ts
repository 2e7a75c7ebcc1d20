/** The worker's part: performs what the page passes on. */

import { globalLibrary } from "./library.js";
import { performTasks } from "./perform-tasks.js";
import type { AnswerMessage, TaskMessage } from "./worker-messages.js";

const tasks = performTasks(globalLibrary());
const answer = (message: AnswerMessage): void => globalThis.postMessage(message);

globalThis.onmessage = ({ data }: MessageEvent<TaskMessage>) => {
  const perform = tasks[data.name] as (task: unknown) => Promise<unknown>;
  perform(data.task).then(
    (result) => answer({ id: data.id, answer: result }),
    (error: unknown) => answer({ id: data.id, error: error instanceof Error ? (error.stack ?? "") : String(error) }),
  );
};
answer({});
