import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Ends a process in order, with SIGTERM; does nothing where it never began or has ended. */
export async function endProcess(child: ChildProcess | undefined): Promise<void> {
  if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
}
