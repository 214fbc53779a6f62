/**
 * Blanks out what is not code in JavaScript or TypeScript text: comments, the insides of strings,
 * templates and regular expressions. Every position stays where it was, so that a find can be
 * reported by line, and the original can be read at the same place.
 */
export function blankOut(source: string): string {
  const out = source.split("");
  const templateDepths: number[] = [];
  let depth = 0;
  let at = 0;
  const blank = (from: number, to: number): void => {
    for (let i = from; i < to; i += 1) if (out[i] !== "\n") out[i] = " ";
    at = to;
  };
  while (at < source.length) {
    const char = source[at];
    const next = source[at + 1];
    if (char === "/" && next === "/") blank(at, indexOrEnd(source, "\n", at));
    else if (char === "/" && next === "*") blank(at, indexOrEnd(source, "*/", at + 2, 2));
    else if (char === "'" || char === '"') blankQuoted(char);
    else if (char === "`") blankTemplate();
    else if (char === "/" && startsRegex(source, at)) blankRegex();
    else if (char === "}" && templateDepths.at(-1) === depth) blankTemplate();
    else {
      if (char === "{") depth += 1;
      if (char === "}") depth -= 1;
      at += 1;
    }
  }
  return out.join("");

  function blankQuoted(quote: string): void {
    const end = endOfQuoted(source, at + 1, quote);
    blank(at + 1, end);
    at = end + 1;
  }

  // From a backtick, or from the brace that ends a substitution, to the next substitution or end.
  function blankTemplate(): void {
    if (source[at] === "}") templateDepths.pop();
    let end = at + 1;
    while (end < source.length && source[end] !== "`" && !source.startsWith("${", end)) {
      end += source[end] === "\\" ? 2 : 1;
    }
    blank(at + 1, Math.min(end, source.length));
    if (source[end] === "$") {
      templateDepths.push(depth);
      at = end + 2;
    } else {
      at = end + 1;
    }
  }

  function blankRegex(): void {
    const end = endOfRegex(source, at + 1);
    blank(at + 1, end);
    at = end + 1;
  }
}

function indexOrEnd(text: string, needle: string, from: number, extra = 0): number {
  const found = text.indexOf(needle, from);
  return found < 0 ? text.length : found + extra;
}

function endOfQuoted(text: string, from: number, quote: string): number {
  let end = from;
  while (end < text.length && text[end] !== quote && text[end] !== "\n") {
    end += text[end] === "\\" ? 2 : 1;
  }
  return Math.min(end, text.length);
}

function endOfRegex(text: string, from: number): number {
  let end = from;
  let inClass = false;
  while (end < text.length && text[end] !== "\n" && (inClass || text[end] !== "/")) {
    if (text[end] === "[") inClass = true;
    if (text[end] === "]") inClass = false;
    end += text[end] === "\\" ? 2 : 1;
  }
  return Math.min(end, text.length);
}

/** A slash divides after a value, and starts a regular expression anywhere else. */
function startsRegex(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 40), at).trimEnd();
  if (before === "") return true;
  if (/\b(return|typeof|case|in|of|do|else|void|delete|throw|new|yield|await)$/.test(before)) {
    return true;
  }
  return !/[\w$)\]}"'`]$/.test(before);
}
