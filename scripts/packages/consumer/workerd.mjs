import { exchange } from "exchange.mjs";
import { Mqtt5Client } from "mqtt5.mjs";

/** `workerd test` calls this; there is no process to end. */
export default {
  async test(_controller, { URL: url }) {
    await exchange(Mqtt5Client, { url });
    console.log("stopped");
  },
};
