/** A page with the client from the single-file module. */

import type { Library } from "./library.js";
import { performTasks } from "./perform-tasks.js";

const file: string = "/dist/mqtt5.esm.min.js";
globalThis.pageTasks = performTasks((await import(file)) as Library);
