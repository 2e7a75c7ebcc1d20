import type { Lack } from "./lack.js";

export const ejabberdLacks: readonly Lack[] = [];
