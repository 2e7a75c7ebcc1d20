/** Encodes and decodes blocks of properties (section 2.2.2). The table of properties says how. */
import type { UserProperty } from "../packets/layouts/user-property.js";
import { malformed, violation } from "../violations.js";
import { ByteReader } from "../wire/byte-reader.js";
import type { ByteWriter } from "../wire/byte-writer.js";
import { defer, DeferredList, mostAtOnceBytes, numberBytes, userPropertyBytes } from "../wire/deferred-list.js";
import { properties, propertiesOfId, type DataType, type Property, type PropertyField } from "./property-table.js";

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

/**
 * Decodes the property length and the properties. Sets the fields of `target`. A long list is checked here, and built
 * when it is asked for.
 */
export function decodeProperties(reader: ByteReader, carrier: number, target: Target): void {
  const end = reader.enterBlock();
  const start = reader.offset;
  let userProperties: UserProperty[] | undefined;
  let identifiers: number[] | undefined;
  let skippedUserProperties = 0;
  let skippedIdentifiers = 0;
  while (!reader.isAtEnd()) {
    const property = readProperty(reader, carrier);
    const { field, type } = property;
    if (type === "textPair") {
      target.userProperties = userProperties ??= [];
      if (userProperties.length < userPropertyList.mostAtOnce) {
        userProperties.push(userPropertyList.read(reader));
      } else {
        reader.skipText();
        reader.skipText();
        skippedUserProperties += 1;
      }
    } else if (field === "subscriptionIdentifiers") {
      target[field] = identifiers ??= [];
      const identifier = demandAllowed(reader.variableByteInteger(), property);
      if (identifiers.length < identifierList.mostAtOnce) {
        identifiers.push(identifier);
      } else {
        skippedIdentifiers += 1;
      }
    } else {
      if (target[field] !== undefined) {
        throw violation(`${field} comes twice`, "2.2.2.2");
      }
      target[field] = read(reader, type, property);
    }
  }
  if (skippedUserProperties > 0 || skippedIdentifiers > 0) {
    const block: Block = { bytes: reader.keepFrom(start), carrier };
    deferList(target, userPropertyList, block, skippedUserProperties);
    deferList(target, identifierList, block, skippedIdentifiers);
  }
  reader.leaveBlock(end);
}

/** Reads the identifier of a property that the carrier may have. */
function readProperty(reader: ByteReader, carrier: number): Property {
  const id = reader.variableByteInteger();
  for (const property of propertiesOfId[id] ?? []) {
    if ((property.carriers & carrier) !== 0) {
      return property;
    }
  }
  throw malformed(`property is 0x${id.toString(16)}`, "2.2.2.2");
}

/** The bytes of properties that were checked before, and their carrier. */
interface Block {
  readonly bytes: Uint8Array;
  readonly carrier: number;
}

/** A list whose entries are properties of one kind. */
interface ListForm<Entry> {
  readonly field: "userProperties" | "subscriptionIdentifiers";
  /** The memory for an entry, in bytes. */
  readonly entryBytes: number;
  /** The number of entries that are built on arrival. */
  readonly mostAtOnce: number;
  readonly read: (reader: ByteReader) => Entry;
}

const userPropertyList: ListForm<UserProperty> = {
  field: "userProperties",
  entryBytes: userPropertyBytes,
  mostAtOnce: mostAtOnceBytes / userPropertyBytes,
  read: (reader) => ({ name: reader.text(), value: reader.text() }),
};

const identifierList: ListForm<number> = {
  field: "subscriptionIdentifiers",
  entryBytes: numberBytes,
  mostAtOnce: mostAtOnceBytes / numberBytes,
  read: (reader) => reader.variableByteInteger(),
};

/** Defers a list if some of its entries were skipped. */
function deferList<Entry>(target: Target, form: ListForm<Entry>, block: Block, skippedCount: number): void {
  if (skippedCount > 0) {
    const length = form.mostAtOnce + skippedCount;
    defer(target, form.field, new DeferredList(length, form.entryBytes, () => readList(form, block, length)));
  }
}

function readList<Entry>(form: ListForm<Entry>, { bytes, carrier }: Block, length: number): readonly Entry[] {
  const reader = new ByteReader();
  reader.reset(bytes, 0, bytes.length, true);
  const list = new Array<Entry>(length);
  for (let index = 0; index < length;) {
    const property = readProperty(reader, carrier);
    const { field, type } = property;
    if (field === form.field) {
      list[index] = form.read(reader);
      index += 1;
    } else if (type === "textPair") {
      reader.skipText();
      reader.skipText();
    } else {
      read(reader, type, property);
    }
  }
  return list;
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
