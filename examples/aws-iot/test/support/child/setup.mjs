/**
 * What an example is started with (`--import`), so that it runs unchanged: it is run from its sources, and a connection
 * to the endpoint of AWS goes to the stand-in, whose ports `STAND_IN_PORTS` tells. Everything else about the connection
 * stays as it is: the server's name, the check of its certificate, the host that is signed.
 */
import { register } from "node:module";
import { Socket } from "node:net";

const endpoint = process.env.AWS_IOT_ENDPOINT;
const ports = JSON.parse(process.env.STAND_IN_PORTS);

// Both forms in which Node's own modules call it: with options, and with a list of options and listener.
const { connect } = Socket.prototype;
Socket.prototype.connect = function connectToStandIn(...given) {
  const [options, listener] = Array.isArray(given[0]) ? given[0] : given;
  if (options.host !== endpoint) {
    throw new Error(`a connection to ${options.host}, which is not the endpoint`);
  }
  return connect.call(this, { ...options, host: "127.0.0.1", port: ports[options.port] }, listener);
};

register("./typescript-hooks.mjs", import.meta.url);
