import { withoutControlCharacters } from "../input/printable.ts";

/** What anybody who sends requests can make an endpoint's name longer by. */
const MOST_SEGMENTS = 12;
const LONGEST_SEGMENT = 60;

/** Parts of a path that name one thing of many, by how they are written. */
const IDS: readonly (readonly [pattern: RegExp, fold: string])[] = [
  [/^\d{4}-\d\d-\d\d(T[\d:.]+Z?)?$/, "{date}"],
  [/^\d+$/, "{id}"],
  [/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, "{id}"],
  // A hash, or the id of a document: hexadecimal, with a digit in it.
  [/^(?=[a-f]*\d)[0-9a-f]{8,}$/i, "{id}"],
  // ULIDs and random tokens: long, with letters and several digits.
  [/^(?=(?:\D*\d){3})(?=.*[a-z])[\w-]{20,}$/i, "{id}"],
  [/^[^@]+(?:@|%40)[^@]+\.[a-z]+$/i, "{email}"],
  [/^\d+([.,:x-]\d+)+$/, "{id}"],
];

/** "order-123": a kind and a number. Versions such as v2 are left as they are. */
const NUMBERED = /^([a-z]+[-_])\d+$/i;
/** "app.3f2a9c1b.js": a file with the hash of its content. */
const HASHED_FILE = /^(.*[.-])(?=[a-f]*\d)[0-9a-f]{8,}(\.[a-z0-9.]{1,10})$/i;

/** Folds a path: its query is cut off, and parts that name one thing of many become {id}, {date} or {email}. */
export function foldPath(path: string): string {
  const [plain = ""] = path.replace(/^[a-z]+:\/\/[^/]*/i, "").split(/[?;]/, 1);
  const segments = plain.split("/").filter((segment, index) => index > 0 || segment !== "");
  const folded = segments.slice(0, MOST_SEGMENTS).map(foldSegment);
  if (segments.length > MOST_SEGMENTS) folded.push("...");
  // "*" is what OPTIONS asks for when it means the whole server.
  return plain === "*" ? "*" : `/${folded.join("/")}`;
}

/** A route of a framework in the same writing: "/orders/:id" becomes "/orders/{id}". */
export function foldRoute(route: string): string {
  return printable(route.slice(0, MOST_SEGMENTS * LONGEST_SEGMENT)).replace(/:(\w+)/g, "{$1}");
}

function foldSegment(segment: string): string {
  const short = segment.slice(0, 4 * LONGEST_SEGMENT);
  for (const [pattern, fold] of IDS) if (pattern.test(short)) return fold;
  const folded = short.replace(NUMBERED, "$1{id}").replace(HASHED_FILE, "$1{id}$2");
  const clean = printable(folded);
  return clean.length > LONGEST_SEGMENT ? `${clean.slice(0, LONGEST_SEGMENT - 3)}...` : clean;
}

/** Text that a terminal shows instead of obeying it: whoever sends a request writes into its log. */
export function shown(text: string): string {
  return String(withoutControlCharacters("", text));
}

/** The same without spaces, as it can stand in a name. */
export function printable(text: string): string {
  return shown(text).replace(/\s/g, "_");
}
