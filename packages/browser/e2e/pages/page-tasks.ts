/** What a test has a page do. Tasks and answers are data: they travel from Node into the page, and on into a worker. */

import type { ClientOptions, OperationStatistics } from "@mqtt5/core";
import type { NumberSeries, NumberTally } from "../../../core/test/integration/number-traffic.js";

/** Where the broker is and who may use it. */
export interface BrokerAddress {
  readonly scheme: "ws" | "wss";
  readonly host: string;
  readonly cuttableHost: string;
  readonly username: string;
  readonly password: string;
}

export interface ScenarioTask {
  readonly name: string;
  readonly suffix: string;
  readonly broker: BrokerAddress;
}

export interface PageTasks {
  /** Runs the scenario of this name; rejects when it fails. */
  readonly runScenario: (task: ScenarioTask) => Promise<void>;

  /** Connects the client that the tasks below are about, and subscribes it. */
  readonly connect: (task: {
    readonly options: ClientOptions;
    readonly subscriptions: readonly { readonly topicFilter: string; readonly qos: 0 | 1 | 2 }[];
  }) => Promise<void>;
  readonly publishNumbers: (series: NumberSeries) => Promise<void>;
  readonly waitForNumbers: (task: { readonly topic: string; readonly distinct: number }) => Promise<void>;
  /** Holds back the acknowledgement of what is received from now on; resolves when all before has come to its end. */
  readonly hold: (task: object) => Promise<void>;
  readonly release: (task: object) => Promise<void>;
  readonly tally: (task: { readonly topic: string }) => Promise<NumberTally>;

  readonly statistics: (task: object) => Promise<OperationStatistics>;

  /** Publishes messages of this size at QoS 0, each once the one before was taken; resolves when all were. */
  readonly publishLarge: (task: { topic: string; count: number; size: number }) => Promise<void>;

  /** Resolves with the code of the error with which a publish fails that has a millisecond. */
  readonly runOutOfTime: (task: { readonly topic: string }) => Promise<string>;

  /** Resolves with the address of each WebSocket that broke while it was being closed here. */
  readonly closingFailures: (task: object) => Promise<readonly string[]>;

  /** Stops the client; rejects when a promise that it gave is still unsettled. */
  readonly stop: (task: object) => Promise<void>;
}

export type TaskName = keyof PageTasks;

export const taskNames: readonly TaskName[] = [
  "runScenario",
  "connect",
  "publishNumbers",
  "waitForNumbers",
  "hold",
  "release",
  "tally",
  "statistics",
  "publishLarge",
  "runOutOfTime",
  "closingFailures",
  "stop",
];

declare global {
  /** Set once the page is ready. */
  var pageTasks: PageTasks | undefined;
}
