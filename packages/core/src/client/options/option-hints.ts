/** Hints for an unknown option: the place where it belongs, or the name that is meant. */

/** The options of a group by their names. An option that is a group itself has `fields`. */
type KnownOptions = Readonly<Record<string, { readonly fields?: object | undefined } | undefined>>;

/** Says what to do with an option that these checks do not know. `outer` are the checks one level up. */
export function hintFor(name: string, checks: KnownOptions, outer: KnownOptions): string {
  const group = groupOf(name, checks) ?? groupOf(name, outer);
  if (group !== undefined) {
    return `it belongs into ${group}`;
  }
  if (Object.hasOwn(outer, name)) {
    return "it belongs one level up";
  }
  const meant = Object.keys(checks).find((known) => isSimilar(known, name));
  return meant === undefined ? `the options here are ${Object.keys(checks).join(", ")}` : `did you mean ${meant}?`;
}

/** Gives the name of the group of options that has this one. */
function groupOf(name: string, checks: KnownOptions): string | undefined {
  return Object.keys(checks).find((group) => Object.hasOwn(checks[group]?.fields ?? {}, name));
}

/** Returns true if the names differ in letter case and at most one character, or in the order of two neighbours. */
function isSimilar(known: string, name: string): boolean {
  const [one, other] = [known.toLowerCase(), name.toLowerCase()];
  let start = 0;
  while (start < one.length && one[start] === other[start]) {
    start += 1;
  }
  const [rest, otherRest] = [one.slice(start), other.slice(start)];
  return (
    one === other ||
    rest.slice(1) === otherRest.slice(1) ||
    rest.slice(1) === otherRest ||
    rest === otherRest.slice(1) ||
    `${rest.charAt(1)}${rest.charAt(0)}${rest.slice(2)}` === otherRest
  );
}
