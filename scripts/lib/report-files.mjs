/** Where a run of all tests leaves its reports. */
import path from "node:path";
import { root } from "./packages.mjs";

export const resultsFolder = path.join(root, ".cache", "results");

export const reportFiles = {
  jest: path.join(resultsFolder, "jest.json"),
  playwright: path.join(resultsFolder, "playwright.json"),
};
