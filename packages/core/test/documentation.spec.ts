import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";

const root = `${__dirname}/../../..`;
const page = readFileSync(`${root}/docs/client.md`, "utf8");
const reports = ["core", "node"].map((name) => readFileSync(`${root}/packages/${name}/api/index.api.md`, "utf8"));

/** All that an expression with one group finds in the reports of what is public. */
const publicNames = (expression: RegExp): string[] =>
  reports.flatMap((report) => [...report.matchAll(expression)].map(([, name = ""]) => name));

/** The fields of the interfaces whose names are these. */
const fieldsOf = (names: RegExp): string[] =>
  publicNames(new RegExp(`export interface ((?:${names.source})\\b[^}]*)\\n}`, "g")).flatMap((body) =>
    [...body.matchAll(/^ {4}(?:readonly )?(\w+)\??[:(]/gm)].map(([, name = ""]) => name),
  );

/** Errors of what there is not yet: a store for sessions. */
const isOfStores = (name: string): boolean => name.startsWith("STORE_");

const warningCodes = publicNames(/type WarningCode =([^]*?);\n/g).flatMap(
  (text) => text.match(/\b[A-Z_]{5,}\b/g) ?? [],
);
const errorCodes = publicNames(/type MqttErrorCode = (.*);/g).flatMap((text) => text.match(/\b[A-Z_]{5,}\b/g) ?? []);

describe("docs/client.md names", () => {
  it.each([
    ["option", fieldsOf(/\w*Options|Subscription|FlowControlLimits/)],
    ["event", fieldsOf(/Mqtt5ClientEvents/)],
    ["field of the statistics", fieldsOf(/\w+Statistics/)],
    ["class of errors", publicNames(/export class (\w+Error) /g)],
    ["code of errors", errorCodes.filter((code) => !isOfStores(code))],
    ["code of warnings", warningCodes],
  ])("every %s", (_kind, names) => {
    expect(names.length).toBeGreaterThan(2);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
  });
});
