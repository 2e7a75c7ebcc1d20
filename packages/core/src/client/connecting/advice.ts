import { ConnectReasonCode } from "../../codec/reason-codes.js";
import type { ConnectionPhase, MqttError } from "../../errors.js";
import { refusalOf } from "../../protocol/errors/connection-errors.js";

/** The advice after a failure in a phase. */
const adviceByPhase: Readonly<Record<ConnectionPhase, string>> = {
  prepare: "Check the functions that supply options, such as connectOptions or url",
  dns: "Check the host in the option url",
  tcp: "Check host and port in the option url, and that the server is running and reachable",
  proxy: "Check the option proxy, and that the proxy lets the client through",
  tls: "Check the option tls, and that the port of the option url is one for TLS",
  websocket: "Check scheme, host, port and path of the option url, and that the server is running and reachable",
  connack: "Check that the port of the option url is one for MQTT 5",
  connected: "Check the log of the server",
};

/** The advice after a CONNACK or DISCONNECT with this reason code. */
const adviceByCode: ReadonlyMap<number, string> = /* @__PURE__ */ new Map<number, string>([
  [ConnectReasonCode.UnsupportedProtocolVersion, "The server has to support MQTT 5"],
  [ConnectReasonCode.ClientIdentifierNotValid, "Check clientId in connectOptions"],
  [ConnectReasonCode.BadUsernameOrPassword, "Check username and password in connectOptions"],
  [
    ConnectReasonCode.NotAuthorized,
    "Check username, password and clientId in connectOptions, and the rights at the server",
  ],
  [ConnectReasonCode.BadAuthenticationMethod, "Check the option authentication"],
]);

/** Says what to do after an attempt that failed. */
export function adviceFor(error: MqttError): string {
  const refusal = refusalOf(error);
  const advice = refusal
    ? (adviceByCode.get(refusal.reasonCode) ?? "Check the log of the server")
    : adviceByPhase[error.phase ?? "connected"];
  return `${advice}. Listen for connectionFailure to handle it; the client goes on trying until stop()`;
}
