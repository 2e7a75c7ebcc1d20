/** A page with the client from a script tag. */

import { globalLibrary } from "./library.js";
import { performTasks } from "./perform-tasks.js";

globalThis.pageTasks = performTasks(globalLibrary());
