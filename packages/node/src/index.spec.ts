import path from "node:path";
import { expect, test } from "@jest/globals";
import { exportedNames } from "../../core/test/integration/exported-names.js";

test("exports everything that is common to all platforms, and its own client", () => {
  const common = exportedNames(path.join(__dirname, "../../core/src/index.ts"));
  const own = exportedNames(path.join(__dirname, "index.ts"));
  expect(common.filter((name) => !own.includes(name))).toEqual([]);
  expect(own).toEqual(expect.arrayContaining(["Mqtt5Client", "Mqtt5ClientOptions"]));
});
