/** Fields of option objects, of which one that is undefined counts as left out. */

/** An object of these fields, or of some. */
type Some<Fields> = { readonly [Name in keyof Fields]?: Fields[Name] | undefined };

/** Those fields of these names that are given. */
export function given<Fields, Name extends keyof Fields>(
  fields: Fields,
  ...names: readonly Name[]
): { readonly [Each in Name]?: Exclude<Fields[Each], undefined> } {
  const found: { [Each in Name]?: Exclude<Fields[Each], undefined> } = {};
  for (const name of names) {
    const value = fields[name];
    if (isGiven(value)) {
      found[name] = value;
    }
  }
  return found;
}

/** The fields that `defaults` has, as they are given, or from there. */
export function withDefaults<Fields extends object>(fields: Some<Fields>, defaults: Fields): Fields {
  const filled = { ...defaults };
  for (const name in defaults) {
    const value = fields[name];
    if (value !== undefined) {
      filled[name] = value;
    }
  }
  return filled;
}

function isGiven<Value>(value: Value): value is Exclude<Value, undefined> {
  return value !== undefined;
}
