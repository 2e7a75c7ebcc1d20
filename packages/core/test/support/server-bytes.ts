/**
 * What a server sends, as bytes: acknowledgements written out by hand, larger packets by `mqtt-packet`. None of it goes
 * through the codec under test, so that a mistake of the codec is not mirrored.
 */
import { generate, type IConnackPacket, type IPublishPacket } from "mqtt-packet";

const version = { protocolVersion: 5 };

export type ConnackProperties = NonNullable<IConnackPacket["properties"]>;
type PublishProperties = NonNullable<IPublishPacket["properties"]>;

export function connack(
  properties: ConnackProperties = {},
  options: { readonly sessionPresent?: boolean; readonly reasonCode?: number } = {},
): Uint8Array {
  const { sessionPresent = false, reasonCode = 0 } = options;
  return generate({ cmd: "connack", sessionPresent, reasonCode, properties }, version);
}

/** CONNACK with Session Present. */
export function connackResumed(properties: ConnackProperties = {}): Uint8Array {
  return connack(properties, { sessionPresent: true });
}

export interface ServerPublish {
  readonly topic?: string;
  readonly payload?: string;
  readonly qos?: 0 | 1 | 2;
  readonly packetId?: number;
  readonly dup?: boolean;
  readonly retain?: boolean;
  readonly properties?: PublishProperties;
}

export function publish(message: ServerPublish = {}): Uint8Array {
  const { topic = "t", payload = "", qos = 0, packetId, dup = false, retain = false, properties = {} } = message;
  const id = packetId === undefined ? {} : { messageId: packetId };
  return generate({ cmd: "publish", topic, payload, qos, dup, retain, properties, ...id }, version);
}

const acknowledgement =
  (firstByte: number) =>
  (packetId: number, reasonCode?: number): Uint8Array => {
    const body = [packetId >> 8, packetId & 0xff, ...(reasonCode === undefined ? [] : [reasonCode])];
    return Uint8Array.of(firstByte, body.length, ...body);
  };

export const puback = acknowledgement(0x40);
export const pubrec = acknowledgement(0x50);
export const pubrel = acknowledgement(0x62);
export const pubcomp = acknowledgement(0x70);

const codesAnswer =
  (firstByte: number) =>
  (packetId: number, ...reasonCodes: readonly number[]): Uint8Array =>
    Uint8Array.of(firstByte, 3 + reasonCodes.length, packetId >> 8, packetId & 0xff, 0, ...reasonCodes);

export const suback = codesAnswer(0x90);
export const unsuback = codesAnswer(0xb0);

export const pingresp: Uint8Array = Uint8Array.of(0xd0, 0);

export function disconnect(reasonCode?: number): Uint8Array {
  return reasonCode === undefined ? Uint8Array.of(0xe0, 0) : Uint8Array.of(0xe0, 1, reasonCode);
}

export interface ServerAuth {
  readonly method?: string;
  readonly data?: string;
  readonly reasonString?: string;
}

/** AUTH with this reason code, as a server sends it. */
export function auth(reasonCode: number, fields: ServerAuth = {}): Uint8Array {
  const { method = "m", data, reasonString } = fields;
  const properties = {
    authenticationMethod: method,
    ...(data !== undefined && { authenticationData: Buffer.from(data) }),
    ...(reasonString !== undefined && { reasonString }),
  };
  return generate({ cmd: "auth", reasonCode, properties }, version);
}
