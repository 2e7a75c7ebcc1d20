/** A small application that is bundled: it does what the programs in `consumer/` do, when it is asked. */
import { Mqtt5Client } from "@mqtt5/browser";
import { exchange } from "./exchange.mjs";

globalThis.exchange = ({ url, username, password, topic }) =>
  exchange(Mqtt5Client, { url, connectOptions: { username, password } }, topic);
