import { createHash } from "node:crypto";
import type { Count, StoreDescription } from "./counter.ts";

/** What the page tells, in whichever format. */
export interface View {
  readonly name: string;
  readonly hostName: string;
  readonly count: Count;
  readonly store: StoreDescription;
}

export interface Format {
  readonly contentType: string;
  readonly render: (view: View) => string;
}

const MESSAGES = {
  notCounted: "The counter cannot be reached right now. This visit is not counted.",
  // A timeout is no "no": what was sent may still be carried out.
  unknown: "The counter cannot be reached right now. This visit may be counted later.",
} as const;

const STYLE = `
:root { color-scheme: light dark; --ink: #14202b; --paper: #f5f7f9; --card: #fff; --line: #cbd5de;
  --soft: #4a5b6a; --accent: #0b5f8a; --warn: #8a4b00; --warn-paper: #fff4e2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eef3; --paper: #0f171e; --card: #18232d;
  --line: #364654; --soft: #a9bac8; --accent: #7cc7f0; --warn: #ffc56e; --warn-paper: #33260f; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
main { width: min(30rem, 100%); padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 0.75rem; }
h1 { margin: 0 0 1.25rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
.number { margin: 0; font-size: 4rem; line-height: 1; font-weight: 700; color: var(--accent);
  font-variant-numeric: tabular-nums; }
.number + p { margin: 0.25rem 0 0; color: var(--soft); }
.degraded { margin: 0; padding: 1rem; border-left: 0.3rem solid var(--warn); border-radius: 0.25rem;
  background: var(--warn-paper); color: var(--warn); }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0.25rem 1rem; margin: 1.5rem 0 0;
  padding-top: 1rem; border-top: 1px solid var(--line); }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
`;

/** The page may do nothing but show itself, with this one style sheet. */
export const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256")
  .update(STYLE)
  .digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** In the order of preference for a client that takes anything, such as curl. */
export const FORMATS: Readonly<Record<string, Format>> = {
  "text/plain": { contentType: "text/plain; charset=utf-8", render: plain },
  "text/html": { contentType: "text/html; charset=utf-8", render: html },
  "application/json": { contentType: "application/json; charset=utf-8", render: json },
};

function plain({ name, hostName, count, store }: View): string {
  const number = typeof count === "number" ? `Visits: ${count}.` : MESSAGES[count];
  return `Hello ${name}! I am ${hostName}. ${number}${standInNote(store)}\n`;
}

function json({ name, hostName, count, store }: View): string {
  const told =
    typeof count === "number"
      ? { visits: count, degraded: false }
      : { visits: null, degraded: true, message: MESSAGES[count] };
  const answer = { name, host: hostName, ...told, store };
  return `${JSON.stringify(answer)}\n`;
}

function html({ name, hostName, count, store }: View): string {
  const number =
    typeof count === "number"
      ? `<p class="number">${count}</p>\n<p>${count === 1 ? "visit" : "visits"} so far</p>`
      : `<p class="degraded">${escaped(MESSAGES[count])}</p>`;
  const title = typeof count === "number" ? `Visits: ${count}` : "No number right now";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Hello ${escaped(name)}!</h1>
<div role="status">
${number}
</div>
<dl>
<dt>Answered by</dt><dd>${escaped(hostName)}</dd>
<dt>Counted in</dt><dd>${escaped(storeText(store))}</dd>
</dl>
</main>
</body>
</html>
`;
}

function storeText({ kind, version }: StoreDescription): string {
  if (kind === "unknown") return "no store seen yet";
  const name = kind === "redis" ? "Redis" : "a stand-in for Redis, not Redis itself";
  return version === undefined ? name : `${name} (${version})`;
}

function standInNote({ kind }: StoreDescription): string {
  return kind === "stand-in" ? " (Counted in a stand-in for Redis.)" : "";
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand in an element or in a quoted attribute. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
