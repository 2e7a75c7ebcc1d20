/** Copies of an application's options. The application may change its own objects after the call. */

import type { Check } from "./checks.js";
import { isBinary, toBytes } from "./payload.js";

/** The type of a copy. Binary data becomes bytes. */
type CopyOf<Value> = Value extends string | number | boolean
  ? Value
  : Value extends ArrayBuffer | ArrayBufferView
    ? Uint8Array
    : Value extends object
      ? { readonly [Name in keyof Value]: CopyOf<Exclude<Value[Name], undefined>> }
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
