/**
 * The gateway of AWS IoT Core as far as a client can tell, with a real broker behind it. It decides by port and ALPN how
 * a client has to show who it is, as the table of AWS has it, and turns away whoever does not:
 *
 * | port | ALPN             | protocol  | what is checked            |
 * | ---- | ---------------- | --------- | -------------------------- |
 * | 8883 |                  | MQTT      | client certificate         |
 * | 443  | `x-amzn-mqtt-ca` | MQTT      | client certificate         |
 * | 443  | `mqtt`           | MQTT      | user name of an authorizer |
 * | 443  |                  | WebSocket | signature of the URL       |
 *
 * Both ports are free ones here.
 */
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from "node:tls";
import { generate, type IConnectPacket } from "mqtt-packet";
import { createWebSocketStream, WebSocketServer } from "ws";
import type { TestCertificates } from "../../../../packages/core/test/integration/certificates.js";
import type { Mosquitto } from "../../../../packages/core/test/integration/mosquitto.js";
import { peekProtocol } from "./client-hello.js";
import { readConnect } from "./connect-packet.js";
import { type Authorizer, whyNotAuthorized } from "./custom-authorizer.js";
import { type KnownCredentials, whyNotSigned } from "./signed-request.js";

/** Whom the stand-in knows. */
export interface StandInSettings {
  readonly broker: Mosquitto;
  /** Their authority signs the devices' certificates, too. */
  readonly certificates: TestCertificates;
  readonly authorizer: Authorizer;
  readonly credentials: KnownCredentials;
  /** The names that a client may ask for (SNI). */
  readonly serverNames: readonly string[];
}

/** Why a CONNECT is not let in; undefined where it is. */
type ConnectCheck = (packet: IConnectPacket) => string | undefined;

const deviceProtocol = "x-amzn-mqtt-ca";
const notAuthorized = 0x87;

export class StandIn {
  static async start(settings: StandInSettings): Promise<StandIn> {
    const standIn = new StandIn(settings);
    for (const server of standIn.#servers) {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
    }
    return standIn;
  }

  /** How each client that was let in showed who it is, and why others were turned away. */
  readonly log: string[] = [];

  readonly #settings: StandInSettings;
  readonly #sharedPort: Server;
  readonly #devices: Server;
  readonly #open = new Set<Duplex>();
  readonly #http = createHttpServer((_request, response) => response.writeHead(426).end());
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has("mqtt") ? "mqtt" : false),
  });

  protected constructor(settings: StandInSettings) {
    this.#settings = settings;
    const { ca, server } = settings.certificates;
    const tls: TlsOptions = { ca: ca.cert, cert: server.cert, key: server.key };
    this.#devices = createTlsServer(
      { ...tls, requestCert: true, rejectUnauthorized: true, ALPNProtocols: [deviceProtocol] },
      (socket) => this.#handleDevice(socket),
    );
    const others = createTlsServer({ ...tls, ALPNProtocols: ["mqtt", "http/1.1"] }, (socket) =>
      this.#handleOther(socket),
    );
    this.#sharedPort = createServer((socket) => {
      this.#track(socket);
      peekProtocol(socket, deviceProtocol, (isDevice) =>
        (isDevice ? this.#devices : others).emit("connection", socket),
      );
    });
    this.#devices.on("connection", (socket: Socket) => this.#track(socket));
    for (const each of [this.#devices, others]) {
      each.on("tlsClientError", (error: Error) => this.log.push(`refused: TLS: ${error.message}`));
    }
    this.#http.on("upgrade", (request, socket, head) => void this.#handleUpgrade(request, socket, head));
  }

  /** Where ports 443 and 8883 are. */
  get ports(): Readonly<Record<"443" | "8883", number>> {
    const portOf = (server: Server): number => (server.address() as AddressInfo).port;
    return { "443": portOf(this.#sharedPort), "8883": portOf(this.#devices) };
  }

  async stop(): Promise<void> {
    const closed = this.#servers.map((server) => once(server.close(), "close"));
    this.#open.forEach((stream) => stream.destroy());
    await Promise.all(closed);
  }

  get #servers(): readonly Server[] {
    return [this.#sharedPort, this.#devices];
  }

  #track(stream: Duplex): void {
    this.#open.add(stream);
    stream.on("error", () => stream.destroy());
    stream.once("close", () => this.#open.delete(stream));
  }

  #handleDevice(socket: TLSSocket): void {
    if (this.#admit(socket)) {
      const port = socket.alpnProtocol === deviceProtocol ? "443" : "8883";
      this.#serve(socket, `certificate on ${port}`, this.#checkNothing);
    }
  }

  #handleOther(socket: TLSSocket): void {
    if (!this.#admit(socket)) {
      return;
    }
    if (socket.alpnProtocol === "mqtt") {
      this.#serve(socket, "authorizer", ({ username }) => whyNotAuthorized(username, this.#settings.authorizer));
    } else {
      this.#http.emit("connection", socket);
    }
  }

  /** AWS decides by the name that is asked for whose endpoint it is. */
  #admit(socket: TLSSocket): boolean {
    this.#track(socket);
    const name = serverNameOf(socket);
    if (!this.#settings.serverNames.includes(String(name))) {
      this.log.push(`refused: server name ${String(name)}`);
      socket.destroy();
      return false;
    }
    return true;
  }

  readonly #checkNothing: ConnectCheck = () => undefined;

  async #handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const reason = await whyNotSigned(request, this.#settings.credentials, new Date());
    if (reason !== undefined) {
      this.log.push(`refused: ${reason}`);
      socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
      return;
    }
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const stream = createWebSocketStream(webSocket);
      this.#track(stream);
      this.#serve(stream, "signature", this.#checkNothing);
    });
  }

  /** Lets a client through to the broker, under the broker's own user name, once its CONNECT has passed. */
  #serve(stream: Duplex, kind: string, check: ConnectCheck): void {
    readConnect(stream, (packet, rest) => {
      const reason = check(packet);
      if (reason !== undefined) {
        this.log.push(`refused: ${reason}`);
        const connack = { cmd: "connack", sessionPresent: false, reasonCode: notAuthorized } as const;
        stream.end(generate(connack, { protocolVersion: 5 }));
        return;
      }
      this.log.push(`${kind}: ${packet.clientId}`);
      const { ports, username, password } = this.#settings.broker;
      const upstream = connect(ports.mqtt, "127.0.0.1");
      this.#track(upstream);
      stream.once("close", () => upstream.destroy());
      upstream.once("close", () => stream.destroy());
      upstream.write(generate({ ...packet, username, password: Buffer.from(password) }, { protocolVersion: 5 }));
      upstream.write(rest);
      stream.pipe(upstream).pipe(stream);
    });
  }
}

/** What the client asked for by SNI; `false` where it did not, which the types of Node do not know. */
function serverNameOf(socket: TLSSocket): unknown {
  return "servername" in socket ? socket.servername : undefined;
}
