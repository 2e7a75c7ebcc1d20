/** A page that leaves everything to a worker. */

import { type PageTasks, taskNames } from "./page-tasks.js";
import type { AnswerMessage, TaskMessage } from "./worker-messages.js";

interface Waiter {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

const worker = new Worker("/worker.js");
const waiters = new Map<number, Waiter>();
let lastId = 0;

function perform(name: TaskMessage["name"], task: unknown): Promise<unknown> {
  lastId += 1;
  const message: TaskMessage = { id: lastId, name, task };
  return new Promise((resolve, reject) => {
    waiters.set(message.id, { resolve, reject });
    worker.postMessage(message);
  });
}

worker.onmessage = ({ data: { id, answer, error } }: MessageEvent<AnswerMessage>) => {
  if (id === undefined) {
    const tasks = taskNames.map((name) => [name, (task: unknown) => perform(name, task)] as const);
    globalThis.pageTasks = Object.fromEntries(tasks) as unknown as PageTasks;
    return;
  }
  const waiter = waiters.get(id);
  waiters.delete(id);
  if (error === undefined) {
    waiter?.resolve(answer);
  } else {
    waiter?.reject(new Error(error));
  }
};
