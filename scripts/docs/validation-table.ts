import type { JudgedRow } from "@breakwater/simulator/published";
import { main } from "../../packages/cli/src/main.ts";
import { fillParts } from "./marked.ts";
import { root } from "./pages.ts";

interface Validation {
  readonly results: readonly { readonly name: string; readonly rows: readonly JudgedRow[] }[];
}

/** What `breakwater validate --json` prints. Takes a minute or two. */
export async function validated(progress: (text: string) => void): Promise<Validation> {
  let out = "";
  const keep = (text: string): void => {
    out += text;
  };
  const io = { out: keep, err: progress, columns: 100 };
  const rest = { isTerminal: false, env: {}, cwd: root, now: () => performance.now() };
  await main(["validate", "--json"], { ...io, ...rest });
  return JSON.parse(out) as Validation;
}

/** The page with every table of published results made anew. */
export function withValidation(page: string, validation: Validation): string {
  const claimed = [...page.matchAll(/^<!-- published:(.+?) -->$/gm)].map(([, part = ""]) => part);
  return fillParts(page, "published", (part) =>
    validationTable(
      validation,
      part,
      claimed.filter((other) => other !== part),
    ),
  );
}

/** Whether a result belongs to the part with this name: "M/; pooling" takes those whose names begin so. */
function belongs(name: string, part: string): boolean {
  return part.split("; ").some((prefix) => name.startsWith(prefix));
}

/** The rows of a part as a Markdown table; "the rest" has what no other part has. */
function validationTable({ results }: Validation, part: string, others: readonly string[]): string {
  const isHere = (name: string): boolean =>
    part === "the rest" ? !others.some((other) => belongs(name, other)) : belongs(name, part);
  const rows = results
    .filter(({ name }) => isHere(name))
    .flatMap(({ name, rows: judged }) =>
      judged.map((row, i) => {
        const of = row.unit === "" ? "" : ` ${row.unit}`;
        const numbers = [row.theirs, row.ours, row.allowed].map((value) => `${digits(value)}${of}`);
        return [i === 0 ? name : "", row.quantity, ...numbers, row.ok ? "yes" : "**no**"];
      }),
    );
  if (rows.length === 0) throw new RangeError(`no published result begins with ${part}`);
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const head = line(["Result", "Quantity", "Theirs", "Ours", "May be apart", "Holds"]);
  return [head, "|---|---|--:|--:|--:|---|", ...rows.map(line)].join("\n");
}

function digits(value: number): string {
  return String(Number(Math.abs(value) < 1e-9 ? 0 : value.toPrecision(4)));
}
