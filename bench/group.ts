import { LIBRARIES, type Library, type Scenario } from "./subject.ts";

/** What one process printed; or the medians of several. */
export interface Result {
  readonly ns: number;
  readonly ratio?: number;
  readonly bytes?: number;
  readonly timers?: number;
}

export type Results = ReadonlyMap<string, Result>;

/** A promise about speed: `value` is a ratio within one run. */
export interface Target {
  readonly name: string;
  readonly value: (results: Results) => number | undefined;
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Group {
  readonly scenarios: readonly Scenario[];
  readonly targets: readonly Target[];
  /** What the cells of the table say. */
  readonly cell: (result: Result) => string;
}

export function get(results: Results, library: Library, scenario: Scenario): Result | undefined {
  return results.get(`${library} ${scenario}`);
}

/** How many times dearer another library is than Breakwater. */
export function timesFaster(peer: Library, scenario: Scenario) {
  return (results: Results): number | undefined => {
    const ours = get(results, "breakwater", scenario);
    const theirs = get(results, peer, scenario);
    if (ours === undefined || theirs === undefined) return undefined;
    return relative(theirs) / relative(ours);
  };
}

/** Against the bare `await` of its own process where there is one: processes meet different disturbances. */
function relative({ ns, ratio }: Result): number {
  return ratio ?? ns;
}

export function table(group: Group, results: Results): string {
  const lines = [
    `| | ${LIBRARIES.join(" | ")} |`,
    `|---|${LIBRARIES.map(() => "--:|").join("")}`,
    ...group.scenarios.map((scenario) => {
      const cells = LIBRARIES.map((library) => {
        const result = get(results, library, scenario);
        return result === undefined ? "-" : group.cell(result);
      });
      return `| ${scenario} | ${cells.join(" | ")} |`;
    }),
  ];
  return lines.join("\n");
}

export function targetTable(targets: readonly Target[], results: Results): string {
  const lines = targets.flatMap((target) => {
    const value = target.value(results);
    if (value === undefined) return [];
    const limit =
      target.atMost === undefined ? `at least ${target.atLeast}` : `at most ${target.atMost}`;
    return [`| ${target.name} | ${limit} | ${rounded(value)} | ${met(target, value)} |`];
  });
  return ["| Target | | Measured | |", "|---|--:|--:|---|", ...lines].join("\n");
}

function met({ atMost = Infinity, atLeast = -Infinity }: Target, value: number): string {
  return value <= atMost && value >= atLeast ? "met" : "missed";
}

export function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2);
}
