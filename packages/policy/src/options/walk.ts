import { allowedText } from "./allowed.ts";
import type { Field, Problem } from "./field.ts";
import { nearest } from "./nearest.ts";
import { carried, keyPath, listed } from "./problem.ts";

/** More problems than this are not listed. */
const MOST_PROBLEMS = 50;

/** Objects and lists nested deeper than this are refused: a cycle, or a document made to hurt. */
const DEEPEST = 64;

/** Values looked at before giving up: shared references can unfold to more than any memory holds. */
const MOST_VALUES = 1_000_000;

/** One pass over a value. It ends early, and for good, once `stopped`. */
export interface Walk {
  readonly problems: Problem[];
  stopped: boolean;
  visited: number;
}

export function newWalk(): Walk {
  return { problems: [], stopped: false, visited: 0 };
}

export function report(walk: Walk, problem: Problem): undefined {
  if (walk.stopped) return;
  walk.problems.push({ ...problem, value: carried(problem.value) });
  if (walk.problems.length >= MOST_PROBLEMS) walk.stopped = true;
}

function advice(field: Field): string {
  switch (field.kind) {
    case "duration":
      return "write a duration in this range";
    case "number":
      return "write a number in this range";
    case "text":
      return "write text as allowed";
    case "boolean":
      return "write true or false";
    case "list":
      return "write a list of the allowed size";
    case "map":
      return "write an object of the allowed size";
    case "either":
      return "write it in an allowed way";
    case "literal":
      return `write ${JSON.stringify(field.value)}`;
    case "any":
      return "write a JSON value";
    case "function":
      return "give a function";
    case "choice":
      return "write one of the allowed words";
    case "lazy":
      return advice(field.field());
    default:
      return "write an object with the allowed keys";
  }
}

/** Reports a value that its field does not take. */
export function refuse(
  walk: Walk,
  field: Field,
  { path, value, message }: Pick<Problem, "path" | "value" | "message">,
  fix?: string,
): undefined {
  const allowed = allowedText(field);
  const empty = value === null && path !== "";
  const usual = empty ? "remove the key, or give it a value" : advice(field);
  report(walk, { path, value, message, allowed, fix: fix ?? usual });
}

/** Counts a value; false when the walk must not go on into it. */
export function enter(walk: Walk, value: unknown, path: string, depth: number): boolean {
  walk.visited++;
  const tooDeep = depth > DEEPEST;
  if (tooDeep || walk.visited > MOST_VALUES) {
    report(walk, {
      path: path.length > 200 ? `${path.slice(0, 200)}...` : path,
      value,
      message: tooDeep ? "is nested too deeply" : "holds too many values",
      allowed: tooDeep
        ? `at most ${DEEPEST} levels, and no value that holds itself`
        : `at most ${MOST_VALUES} values in all`,
      fix: "make the document smaller and flatter",
    });
    walk.stopped = true;
  }
  return !walk.stopped;
}

/** Advice for a misspelt word: the right one if it is close, otherwise the choice. */
export function spellingFix(wrong: string, names: readonly string[]): string {
  const meant = nearest(wrong, names);
  if (meant !== undefined) return `write "${meant}" instead of ${JSON.stringify(wrong)}`;
  return names.length === 0 ? "remove it" : "choose one of the allowed names, or remove it";
}

export function refuseKey(
  walk: Walk,
  path: string,
  key: string,
  value: unknown,
  names: readonly string[],
): undefined {
  const short = key.length > 40 ? `${key.slice(0, 40)}...` : key;
  report(walk, {
    path: keyPath(path, key),
    value,
    message: `unknown key ${JSON.stringify(short)}`,
    allowed: names.length === 0 ? "no keys here" : listed(names),
    fix: spellingFix(short, names),
  });
}
