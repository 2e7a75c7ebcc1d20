/**
 * The kinds of properties (section 2.2.2): how the value of each data type is written, read, measured and judged.
 *
 * A property knows its identifier and the values that it may have, and nothing of the packets that carry it.
 */
import { InvalidArgumentError } from "../errors.js";
import type { ByteReader } from "./byte-reader.js";
import type { ByteWriter } from "./byte-writer.js";
import type { UserProperty } from "./packets/user-property.js";
import { encodedLength, utf8Length } from "./utf8.js";
import { maximumVariableByteInteger, variableByteIntegerWidth } from "./variable-byte-integer.js";
import { violation } from "./violations.js";

/** One property; `field` is the packet field that holds its value, for errors. */
export interface Property<Written, Read = Written> {
  readonly id: number;
  /** Whether it may come more than once in a block. */
  readonly repeats: boolean;
  /** Writes the identifier and the value. */
  write(writer: ByteWriter, value: Written, field: string): void;
  /** Reads the value; the identifier is read already. */
  read(reader: ByteReader, field: string): Read;
  /** The bytes of identifier and value. */
  size(value: Written): number;
}

/** Forbids the value 0: the rule that it breaks, and the reason code for it where that is not 0x82. */
export interface NotZero {
  readonly statement: string;
  readonly reasonCode?: number;
}

/** A byte that is 0 or 1, as a boolean; any other value breaks `statement`. */
export function flag(id: number, statement: string): Property<boolean> {
  return {
    id,
    repeats: false,
    write(writer, value) {
      writer.byte(id);
      writer.byte(value ? 1 : 0);
    },
    read: (reader, field) => readBit(reader, field, statement) === 1,
    size: () => 2,
  };
}

/** A byte that is 0 or 1, as a number; any other value breaks `statement`. */
export function bit(id: number, statement: string): Property<0 | 1> {
  return {
    id,
    repeats: false,
    write(writer, value, field) {
      demandInteger(value, 0, 1, field);
      writer.byte(id);
      writer.byte(value);
    },
    read: (reader, field) => readBit(reader, field, statement),
    size: () => 2,
  };
}

export function twoByteInteger(id: number, notZero?: NotZero): Property<number> {
  return {
    id,
    repeats: false,
    write(writer, value, field) {
      demandInteger(value, notZero === undefined ? 0 : 1, 0xffff, field);
      writer.byte(id);
      writer.twoByteInteger(value);
    },
    read: (reader, field) => demandNotZero(reader.twoByteInteger(), field, notZero),
    size: () => 3,
  };
}

export function fourByteInteger(id: number, notZero?: NotZero): Property<number> {
  return {
    id,
    repeats: false,
    write(writer, value, field) {
      demandInteger(value, notZero === undefined ? 0 : 1, 0xffff_ffff, field);
      writer.byte(id);
      writer.fourByteInteger(value);
    },
    read: (reader, field) => demandNotZero(reader.fourByteInteger(), field, notZero),
    size: () => 5,
  };
}

/** A variable byte integer, never 0. */
export function variableByteInteger(id: number, notZero: NotZero): Property<number> {
  return {
    id,
    repeats: false,
    write: (writer, value, field) => {
      writeVariableByteInteger(writer, id, value, field);
    },
    read: (reader, field) => demandNotZero(reader.variableByteInteger(), field, notZero),
    size: (value) => 1 + variableByteIntegerWidth(value),
  };
}

export function text(id: number): Property<string> {
  return textProperty(id, (reader) => reader.text());
}

/** A text that is likely to be the same in many packets. */
export function recurringText(id: number): Property<string> {
  return textProperty(id, (reader) => reader.recurringText());
}

/** A topic name that messages will be published under; one with a wildcard breaks `statement`. */
export function topicName(id: number, statement: string): Property<string> {
  return textProperty(id, (reader, field) => {
    const topic = reader.topicName(statement);
    if (topic === "") {
      throw violation(`${field} is empty`, "MQTT-4.7.3-1");
    }
    return topic;
  });
}

function textProperty(id: number, read: (reader: ByteReader, field: string) => string): Property<string> {
  return {
    id,
    repeats: false,
    write(writer, value, field) {
      writer.byte(id);
      writer.text(value, field);
    },
    read,
    size: (value) => 3 + utf8Length(value),
  };
}

/** Binary data; a string is written as UTF-8. */
export function binary(id: number): Property<Uint8Array | string, Uint8Array> {
  return {
    id,
    repeats: false,
    write(writer, value, field) {
      writer.byte(id);
      writer.binary(value, field);
    },
    read: (reader) => reader.binary(),
    size: (value) => 3 + (typeof value === "string" ? encodedLength(value) : value.length),
  };
}

/** The identifiers of all subscriptions that a message matched: a property for each. */
export function subscriptionIdentifierList(id: number, notZero: NotZero): Property<readonly number[]> {
  return {
    id,
    repeats: true,
    write(writer, values, field) {
      for (const value of values) {
        writeVariableByteInteger(writer, id, value, field);
      }
    },
    read(reader, field) {
      const list = (reader.subscriptionIdentifiers ??= []);
      list.push(demandNotZero(reader.variableByteInteger(), field, notZero));
      return list;
    },
    size: (values) => values.reduce((sum, value) => sum + 1 + variableByteIntegerWidth(value), 0),
  };
}

/** The user properties: a property for each pair. Both halves are text (MQTT-1.5.7-1). */
export function userPropertyList(id: number): Property<readonly UserProperty[]> {
  return {
    id,
    repeats: true,
    write(writer, values, field) {
      for (const { name, value } of values) {
        writer.byte(id);
        writer.text(name, field);
        writer.text(value, field);
      }
    },
    read(reader) {
      const list = (reader.userProperties ??= []);
      const name = reader.recurringText();
      list.push({ name, value: reader.text() });
      return list;
    },
    size: (values) => values.reduce((sum, { name, value }) => sum + 5 + utf8Length(name) + utf8Length(value), 0),
  };
}

function readBit(reader: ByteReader, field: string, statement: string): 0 | 1 {
  const value = reader.byte();
  if (value !== 0 && value !== 1) {
    throw violation(`${field} is ${String(value)}, which is neither 0 nor 1`, statement);
  }
  return value;
}

function demandNotZero(value: number, field: string, notZero: NotZero | undefined): number {
  if (value === 0 && notZero !== undefined) {
    throw violation(`${field} is 0`, notZero.statement, notZero.reasonCode);
  }
  return value;
}

function writeVariableByteInteger(writer: ByteWriter, id: number, value: number, field: string): void {
  demandInteger(value, 1, maximumVariableByteInteger, field);
  writer.byte(id);
  writer.variableByteInteger(value);
}

/** Refuses a number that the wire has no room for. */
export function demandInteger(value: number, minimum: number, maximum: number, field: string): void {
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw new InvalidArgumentError({ field, value, limit: `an integer from ${String(minimum)} to ${String(maximum)}` });
  }
}
