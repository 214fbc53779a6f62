import { nearest, type Problem } from "@breakwater/policy";

/** At most this many names are listed in one problem. */
const MOST_NAMES = 12;

/** `"a", "b" or "c"`, shortened. */
export function nameList(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
  return shown.join(", ") + more;
}

/** A reference to a name that nothing has. */
export function unknownName(
  what: string,
  value: string,
  path: string,
  names: readonly string[],
): Problem {
  const meant = nearest(value, names);
  const fix =
    meant === undefined
      ? `use one of the allowed names, or add a ${what} named ${JSON.stringify(value)}`
      : `write "${meant}" instead of ${JSON.stringify(value)}`;
  const allowed = names.length === 0 ? `no ${what} is defined` : nameList(names);
  return { path, value, message: `there is no ${what} ${JSON.stringify(value)}`, allowed, fix };
}
