import { type Explanation, explain, formatMs, type RunResult } from "@breakwater/metrics";
import type { Command } from "../arguments/command.ts";
import { noMorePositionals } from "../arguments/parse.ts";
import { UserError } from "../errors.ts";
import { loadRuns } from "../input/load-runs.ts";
import { EXIT } from "../io.ts";
import { emit, outputOptions } from "../output/emit.ts";
import { type Style, wrap } from "../terminal/style.ts";

export const explainCommand: Command = {
  name: "explain",
  summary: "tell what happened in a run, and why, in sentences with their times",
  usage: "breakwater explain SCENARIO [options]",
  examples: [
    { line: "breakwater explain outage", about: "one that comes with Breakwater" },
    { line: "breakwater explain retry-storm", about: "why it never ends" },
    { line: "breakwater explain before.json", about: "a kept result" },
  ],
  options: {
    json: { type: "flag", about: "The sentences as JSON." },
    ...outputOptions,
  },
  notes: [
    "SCENARIO is a scenario (as for run) or a result that `run --json -o FILE.json` wrote.",
    "Sentences are made from events and numbers of the run. A time is that of an event, or the start of the bucket in which something was first seen.",
  ],
  run: async (input) => {
    const { args, io, style } = input;
    const [reference] = args.positionals;
    if (reference === undefined) {
      throw new UserError("explain needs a scenario or a result: breakwater explain SCENARIO");
    }
    noMorePositionals(args, 1);
    const runs = await loadRuns(reference, io);
    const [first] = runs;
    if (first === undefined || runs.length > 1) {
      throw new UserError(`explain takes one run, and ${reference} is ${runs.length}`);
    }
    const explanation = explain(first.result);
    emit(
      input,
      args.flags.has("json")
        ? `${JSON.stringify(explanation)}\n`
        : explanationText(first.result, explanation, style),
    );
    return EXIT.met;
  },
};

function explanationText(
  { name, seed }: RunResult,
  { headline, chain, sentences }: Explanation,
  style: Style,
): string {
  const width = style.columns - 14;
  const line = (atMs: number | null, text: string, indent = 0): string[] => {
    const time = (atMs === null ? "" : formatMs(atMs)).padStart(9);
    if (style.plain) return [`${atMs === null ? "" : atMs}\t${text}`];
    const lines = wrap(text, width - indent);
    return lines.map(
      (part, i) => `${i === 0 ? style.dim(time) : " ".repeat(9)}  ${" ".repeat(indent)}${part}`,
    );
  };
  const depths = chainDepths(chain);
  const sections = [
    style.plain
      ? [headline]
      : [`${style.bold(name)} · seed ${seed}`, "", ...wrap(headline, style.columns)],
    chain.length === 0
      ? []
      : [
          style.bold("How it spread"),
          ...chain.flatMap(({ atMs, text }, i) => line(atMs, text, depths[i])),
        ],
    [style.bold("All of it"), ...sentences.flatMap(({ atMs, text }) => line(atMs, text))],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** How far each link is from the one that began it, in characters of indentation. */
function chainDepths(chain: Explanation["chain"]): number[] {
  const depths: number[] = [];
  for (const { because } of chain) {
    depths.push(because === null ? 0 : Math.min((depths[because] ?? 0) + 2, 16));
  }
  return depths;
}
