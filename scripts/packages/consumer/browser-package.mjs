import { Mqtt5Client } from "@mqtt5/browser";
import { exchange } from "./exchange.mjs";

await exchange(Mqtt5Client, { url: process.argv[2] });
console.log("stopped");
