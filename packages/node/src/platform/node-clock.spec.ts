import { testClock } from "../../../core/test/support/clock-contract.js";
import { nodeClock } from "./node-clock.js";

testClock(() => nodeClock);
