/**
 * The properties that one packet may carry in one direction: a table from its fields to properties, compiled when the
 * module loads into one closure a field and direction. No packet pays for more than the fields it has.
 */
import type { ByteReader } from "./byte-reader.js";
import type { ByteWriter } from "./byte-writer.js";
import type { Property } from "./property.js";
import { variableByteIntegerWidth } from "./variable-byte-integer.js";
import { malformed, violation } from "./violations.js";

/** Makes the fields of a packet under construction writable. */
export type Mutable<Fields> = { -readonly [Field in keyof Fields]: Fields[Field] };

/** A property for each field: none may be missing, none too many. */
export type PropertyTable<Fields> = {
  readonly [Field in keyof Fields]-?: Property<NonNullable<Fields[Field]>>;
};

/** The properties that the other direction may carry, by identifier: the statement that each breaks in this one. */
export type MisplacedProperties = Readonly<Record<number, string>>;

interface Entry<Fields> {
  readonly field: string;
  /** The bit that tells whether the property was seen in a block; none where it may repeat. */
  readonly bit: number;
  write(writer: ByteWriter, source: Fields): void;
  read(reader: ByteReader, target: Mutable<Fields>): void;
  size(source: Fields): number;
}

export class PropertyBlock<Fields extends object> {
  readonly #entries: Entry<Fields>[] = [];
  readonly #entryOfId: (Entry<Fields> | undefined)[] = [];
  readonly #misplaced: MisplacedProperties;

  constructor(table: PropertyTable<Fields>, misplaced: MisplacedProperties = {}) {
    this.#misplaced = misplaced;
    for (const field in table) {
      const property = table[field];
      const entry = compile<Fields, typeof field>(field, property, 1 << this.#entries.length);
      this.#entries.push(entry);
      this.#entryOfId[property.id] = entry;
    }
  }

  /** Writes the property length and the properties that the source has. */
  encode(writer: ByteWriter, source: Fields): void {
    const place = writer.openBlock();
    for (const entry of this.#entries) {
      entry.write(writer, source);
    }
    writer.closeBlock(place);
  }

  /** Reads the property length and the properties into the target. */
  decode(reader: ByteReader, target: Mutable<Fields>): void {
    const end = reader.enterBlock(reader.variableByteInteger());
    reader.userProperties = undefined;
    reader.subscriptionIdentifiers = undefined;
    let seen = 0;
    while (!reader.isAtEnd()) {
      const id = reader.variableByteInteger();
      const entry = this.#entryOfId[id];
      if (entry === undefined) {
        throw this.#unknown(id);
      }
      if ((seen & entry.bit) !== 0) {
        throw violation(`${entry.field} comes twice`, "2.2.2.2");
      }
      seen |= entry.bit;
      entry.read(reader, target);
    }
    reader.leaveBlock(end);
  }

  /** The bytes of the block, its length included. */
  size(source: Fields): number {
    let size = 0;
    for (const entry of this.#entries) {
      size += entry.size(source);
    }
    return variableByteIntegerWidth(size) + size;
  }

  #unknown(id: number): Error {
    const name = `property 0x${id.toString(16).padStart(2, "0")}`;
    const statement = this.#misplaced[id];
    if (statement !== undefined) {
      return violation(`${name} comes from the wrong side`, statement);
    }
    return malformed(`${name} is unknown in this packet`, "2.2.2.2");
  }
}

function compile<Fields extends object, Field extends keyof Fields & string>(
  field: Field,
  property: Property<NonNullable<Fields[Field]>>,
  bit: number,
): Entry<Fields> {
  return {
    field,
    bit: property.repeats ? 0 : bit,
    write(writer, source) {
      const value = source[field];
      if (value !== undefined && value !== null) {
        property.write(writer, value, field);
      }
    },
    read(reader, target) {
      target[field] = property.read(reader, field);
    },
    size(source) {
      const value = source[field];
      return value !== undefined && value !== null ? property.size(value) : 0;
    },
  };
}
