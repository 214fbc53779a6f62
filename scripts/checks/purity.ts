import { blankOut } from "./blank.ts";
import { type Finding, lineAt, type SourceFile } from "./finding.ts";
import { importsOf } from "./imports.ts";

/** The packages that are told the time and draw from given streams. */
export const PURE_PACKAGES = ["policy", "scenario", "metrics", "simulator"];

interface Ban {
  readonly pattern: RegExp;
  readonly why: string;
}

const TIME = "reads or waits for the time by itself; take nowMs as an input";
const CHANCE = "draws by itself; draw from the given random stream";
const AMBIENT = "reaches for something ambient; take it as an input";
const PROMISE = "creates a promise; machines and the simulator are synchronous";
const PASSING = "imports in passing; for a type, write `import type` at the top";
const LOCALE = "depends on the machine's language; compare and format explicitly";

/** Names that must not be used. Not after a dot, and not as the name of a field. */
function name(names: string, why: string): Ban {
  return {
    pattern: new RegExp(`(?<![\\w$#]|(?<!\\.\\.)\\.)(?:${names})\\b(?!\\s*\\??:)`, "g"),
    why,
  };
}

const BANS: readonly Ban[] = [
  name("Date|performance|setTimeout|setInterval|setImmediate|queueMicrotask", TIME),
  { pattern: /\bMath\s*(?:\?\.|\.)\s*random\b|\bMath\s*\[/g, why: CHANCE },
  { pattern: /\{[^{}]*\brandom\b[^{}]*\}\s*=\s*Math\b/g, why: CHANCE },
  name("crypto", CHANCE),
  name("globalThis|console|fetch|require|XMLHttpRequest|WebSocket|Buffer|Deno|Bun", AMBIENT),
  { pattern: /(?<![.\w$])process\s*(?:\?\.|\.|\[)/g, why: AMBIENT },
  { pattern: /\bimport\s*\.\s*meta\b/g, why: AMBIENT },
  { pattern: /\bimport\s*\(/g, why: PASSING },
  name("eval", AMBIENT),
  { pattern: /\bnew\s+Function\b/g, why: AMBIENT },
  { pattern: /(?<!\.)\bdeclare\s+(?:const|let|var|function|class|global)\b/g, why: AMBIENT },
  name("WeakRef|FinalizationRegistry|Atomics|SharedArrayBuffer", AMBIENT),
  { pattern: /\bnew\s+Promise\b|(?<![.\w$])Promise\s*\./g, why: PROMISE },
  {
    pattern: /(?<![.\w$])await\b(?!\s*\??:)|(?<![.\w$])async\s+(?:function|\(|\w+\s*=>)/g,
    why: PROMISE,
  },
  name("Intl", LOCALE),
  { pattern: /\.\s*(?:localeCompare|toLocale\w*)\b/g, why: LOCALE },
];

/** What in this file of a pure package is not pure. */
export function impurities({ path, text }: SourceFile): Finding[] {
  const code = blankOut(text);
  const found: Finding[] = [];
  for (const { pattern, why } of BANS) {
    for (const match of code.matchAll(pattern)) {
      const words = match[0].replace(/\s+/g, " ").trim();
      found.push({ file: path, line: lineAt(text, match.index), message: `\`${words}\` ${why}` });
    }
  }
  for (const { specifier, position } of importsOf(text)) {
    if (!/^node:|^bun:|^deno:|^https?:/.test(specifier)) continue;
    found.push({ file: path, line: lineAt(text, position), message: `"${specifier}" ${AMBIENT}` });
  }
  for (const match of text.matchAll(/^\s*\/\/\/\s*<reference.*$/gm)) {
    const message = "a reference directive brings in ambient types";
    found.push({ file: path, line: lineAt(text, match.index), message });
  }
  return found.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}
