/**
 * What a broker lacks, so that a scenario cannot succeed there. The lack itself is tested: the scenario has to fail, and
 * in the way that is named, so that an entry leaves the list when the broker has learnt what it lacked. Where the lack
 * only shows when something is under way at the moment of a fault, the scenario may succeed, and may not fail otherwise.
 */

import { rejection } from "../../../core/test/integration/assertions.js";
import type { Scenario } from "../../../core/test/integration/scenario.js";

export interface Lack {
  /** The name of the scenario that fails. */
  readonly scenario: string;
  /** What the broker does in place of it, in words. */
  readonly because: string;
  /** Matches the message of the error that the scenario fails with. */
  readonly failure: RegExp;
  /** True where it depends on the moment whether the lack shows. */
  readonly dependsOnMoment?: boolean;
}

/** Longer than the scenarios take where they succeed, the restart of a broker included. */
const lackLimitMs = 6_000;

/** The scenario with an end: a lack may show by nothing happening. */
function withEnd({ run, ...scenario }: Scenario): Scenario {
  return {
    ...scenario,
    run: async (context) => {
      let timer: NodeJS.Timeout | undefined;
      const end = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error("nothing more happened")), lackLimitMs);
      });
      try {
        await Promise.race([run(context), end]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** Throws unless the scenario fails in the way that is named. */
export async function expectLack(
  { failure, because, dependsOnMoment = false }: Lack,
  scenario: Scenario,
  run: (scenario: Scenario) => Promise<void>,
): Promise<void> {
  const outcome = run(withEnd(scenario));
  const error = dependsOnMoment
    ? await outcome.catch((reason: unknown) => reason)
    : await rejection(outcome, `the broker no longer lacks this: ${because}`);
  if (dependsOnMoment && error === undefined) {
    return;
  }
  if (!(error instanceof Error) || !failure.test(error.message)) {
    throw new Error(`failed in another way than ${String(failure)}`, { cause: error });
  }
}
