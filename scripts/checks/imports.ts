import { blankOut } from "./blank.ts";

/** One import or re-export of a module. */
export interface Import {
  readonly specifier: string;
  /** Where the specifier's text starts in the file. */
  readonly position: number;
}

/** `from "x"`, `import "x"` and `import("x")`, with positions. Expects one of these per match. */
const OPENINGS = /\b(?:from|import)\s*\(?\s*(["'])/g;

/** Every module that the text names, found without a parser, and never in comments or strings. */
export function importsOf(text: string): Import[] {
  return [...blankOut(text).matchAll(OPENINGS)].map((match) => {
    const position = match.index + match[0].length;
    const end = text.indexOf(match[1] ?? '"', position);
    return { specifier: text.slice(position, end), position };
  });
}
