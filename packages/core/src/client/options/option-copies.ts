/** Copies of an application's options. The application may change its own objects after the call. */

import type { PayloadFormatIndicator, QoS, RetainHandling } from "../../codec/qos.js";
import type { DisconnectReasonCode } from "../../codec/reason-codes.js";
import type { Check } from "./checks.js";
import { isBinary, toBytes } from "./payload.js";

/** The fields whose checks accept a few numbers only. An application may give them as any `number`. */
interface NarrowFields {
  readonly qos: QoS;
  readonly retainHandling: RetainHandling;
  readonly payloadFormatIndicator: PayloadFormatIndicator;
  readonly reasonCode: DisconnectReasonCode;
}

/** The type of a copy. Binary data becomes bytes. */
type CopyOf<Value> = Value extends string | number | boolean
  ? Value
  : Value extends ArrayBuffer | ArrayBufferView
    ? Uint8Array
    : Value extends object
      ? {
          readonly [Name in keyof Value]: Name extends keyof NarrowFields
            ? NarrowFields[Name]
            : CopyOf<Exclude<Value[Name], undefined>>;
        }
      : Value;

/**
 * Copies checked options, and leaves out fields that are undefined. With the check of an object, it reads the fields
 * that the check names, so that accessors of a class count as well.
 */
export function copyOf<Value>(value: Value, check?: Check): CopyOf<Value>;
export function copyOf(value: unknown, check?: Check): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (isBinary(value)) {
    return new Uint8Array(toBytes(value));
  }
  if (Array.isArray(value)) {
    return value.map((member: unknown) => copyOf(member, check?.member));
  }
  const copy: Record<string, unknown> = {};
  const fields = check?.fields;
  for (const name of Object.keys(fields ?? value)) {
    const member: unknown = Reflect.get(value, name);
    if (member !== undefined) {
      copy[name] = copyOf(member, fields?.[name]);
    }
  }
  return copy;
}

/**
 * Reads the fields that the check of an object names, so that an object with accessors of a class can be spread. Their
 * values are not copied.
 */
export function fieldsOf<Fields extends object>(options: Fields, check: Check): Fields;
export function fieldsOf(options: object, { fields = {} }: Check): object {
  const read: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const value: unknown = Reflect.get(options, name);
    if (value !== undefined) {
      read[name] = value;
    }
  }
  return read;
}

/** Gives the fields of `defaults`, with the given values where there are any. */
export function withDefaults<Fields extends object>(
  fields: { readonly [Name in keyof Fields]?: Fields[Name] | undefined },
  defaults: Fields,
): Fields {
  const filled = { ...defaults };
  for (const name in defaults) {
    const value = fields[name];
    if (value !== undefined) {
      filled[name] = value;
    }
  }
  return filled;
}
