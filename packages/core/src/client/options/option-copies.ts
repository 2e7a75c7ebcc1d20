/** What is kept of an application's options: a copy, so that they may change afterwards. */

import { isBinary, toBytes } from "./payload.js";

/** The same, with bytes for any binary data. */
type CopyOf<Value> = Value extends ArrayBuffer | ArrayBufferView
  ? Uint8Array
  : Value extends object
    ? { readonly [Name in keyof Value]: CopyOf<Exclude<Value[Name], undefined>> }
    : Value;

/** A copy of checked options, in which a field that is undefined is left out. */
export function copyOf<Value>(value: Value): CopyOf<Value>;
export function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (isBinary(value)) {
    return new Uint8Array(toBytes(value));
  }
  if (Array.isArray(value)) {
    return value.map((member: unknown) => copyOf(member));
  }
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) {
      copy[name] = copyOf(member);
    }
  }
  return copy;
}

/** The fields that `defaults` has, as they are given, or from there. */
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
