/** Encodes and decodes blocks of properties (section 2.2.2). The table of properties says how. */
import type { UserProperty } from "../packets/layouts/user-property.js";
import { malformed, violation } from "../violations.js";
import type { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import { properties, type DataType, type Property, type PropertyField } from "./property-table.js";

/** A packet under construction: its fields are writable. */
export type Mutable<Fields> = { -readonly [Field in keyof Fields]: Fields[Field] };

type Value = boolean | number | string | Uint8Array;

/** The properties of a packet. Each field holds the value of a property, or its values if the property may repeat. */
type Source = Readonly<Partial<Record<PropertyField, Value | readonly number[] | readonly UserProperty[]>>>;
type Target = Mutable<Source>;

/** Encodes the property length, and the properties of `source` that the carrier may have. */
export function encodeProperties(writer: ByteWriter, carrier: number, source: Source): void {
  const place = writer.openBlock();
  for (const property of properties) {
    const value = (property.carriers & carrier) === 0 ? undefined : source[property.field];
    if (typeof value === "object" && !ArrayBuffer.isView(value)) {
      for (const single of value) {
        write(writer, property, single);
      }
    } else if (value !== undefined) {
      write(writer, property, value);
    }
  }
  writer.closeBlock(place);
}

function write(writer: ByteWriter, { id, type }: Property, value: Value | UserProperty): void {
  writer.byte(id);
  if (typeof value === "boolean") {
    writer.byte(Number(value));
  } else if (typeof value === "number") {
    writeInteger(writer, type, value);
  } else {
    writeText(writer, value);
  }
}

function writeInteger(writer: ByteWriter, type: DataType, value: number): void {
  if (type === "byte") {
    writer.byte(value);
  } else if (type === "twoByteInteger") {
    writer.twoByteInteger(value);
  } else if (type === "fourByteInteger") {
    writer.fourByteInteger(value);
  } else {
    writer.variableByteInteger(value);
  }
}

function writeText(writer: ByteWriter, value: string | Uint8Array | UserProperty): void {
  if (typeof value === "string" || ArrayBuffer.isView(value)) {
    writer.field(value);
  } else {
    writer.field(value.name);
    writer.field(value.value);
  }
}

/** Decodes the property length and the properties. Sets the fields of `target`. */
export function decodeProperties(reader: ByteReader, carrier: number, target: Target): void {
  const end = reader.enterBlock();
  let userProperties: UserProperty[] | undefined;
  let subscriptionIdentifiers: number[] | undefined;
  while (!reader.isAtEnd()) {
    const id = reader.variableByteInteger();
    const property = properties.find((it) => it.id === id && (it.carriers & carrier) !== 0);
    if (!property) {
      throw malformed(`property is 0x${id.toString(16)}`, "2.2.2.2");
    }
    const { field, type } = property;
    if (type === "textPair") {
      target.userProperties = userProperties ??= [];
      userProperties.push({ name: reader.text(), value: reader.text() });
    } else if (field === "subscriptionIdentifiers") {
      target[field] = subscriptionIdentifiers ??= [];
      subscriptionIdentifiers.push(demandAllowed(reader.variableByteInteger(), property));
    } else {
      if (target[field] !== undefined) {
        throw violation(`${field} comes twice`, "2.2.2.2");
      }
      target[field] = read(reader, type, property);
    }
  }
  reader.leaveBlock(end);
}

function read(reader: ByteReader, type: Exclude<DataType, "textPair">, property: Property): Value {
  switch (type) {
    case "byte":
      return demandAllowed(reader.byte(), property);
    case "boolean":
      return demandAllowed(reader.byte(), property) === 1;
    case "twoByteInteger":
      return demandAllowed(reader.twoByteInteger(), property);
    case "fourByteInteger":
      return demandAllowed(reader.fourByteInteger(), property);
    case "variableByteInteger":
      return demandAllowed(reader.variableByteInteger(), property);
    case "text":
      return reader.text();
    case "topicName":
      return readTopicName(reader, property.field);
    case "binary":
      return reader.binary();
  }
}

/** Returns the value; throws if the rule of the property does not allow it. */
function demandAllowed(value: number, { field, rule }: Property): number {
  if (rule?.allows(value) === false) {
    const { statement, reasonCode } = rule;
    throw violation(`${field} is ${value}`, statement, reasonCode);
  }
  return value;
}

/** Reads the response topic, which is the only property of this type. */
function readTopicName(reader: ByteReader, field: PropertyField): string {
  const topic = reader.topicName("MQTT-3.3.2-14");
  if (topic === "") {
    throw violation(`${field} is empty`, "MQTT-4.7.3-1");
  }
  return topic;
}
