import type { Lack } from "./lack.js";

export const aedesLacks: readonly Lack[] = [];
