import type { Replications } from "@breakwater/metrics";
import type { Command, CommandInput } from "../arguments/command.ts";
import { noMorePositionals, numberOption } from "../arguments/parse.ts";
import { unitText } from "../comparison.ts";
import { UserError } from "../errors.ts";
import { type Axis, parseAxis, withField } from "../input/axis.ts";
import { changed, type LoadedScenario, loadScenario } from "../input/load-scenario.ts";
import { EXIT } from "../io.ts";
import { emit, outputOptions } from "../output/emit.ts";
import { replicate, replicationOptions, replicationSettings } from "../replicate/replicate.ts";
import { percent } from "../terminal/replications-report.ts";
import type { Style } from "../terminal/style.ts";
import { type Column, plainTable, table } from "../terminal/table.ts";

const MOST_POINTS = 10_000;

export const sweepCommand: Command = {
  name: "sweep",
  summary: "change numbers of a scenario step by step, and tell where it breaks",
  usage: "breakwater sweep SCENARIO --set FIELD=FROM..TO/STEP [--set ...] [options]",
  examples: [
    {
      line: "breakwater sweep retry-storm --set load.clients.rate=100..200/25",
      about: "how much load it bears",
    },
    {
      line: "breakwater sweep outage.yaml --set policies.stock.timeout=100ms,300ms,1s --replications 20",
      about: "which timeout is best",
    },
    {
      line: "breakwater sweep outage.yaml --set load.visitors.rate=50..150/50 --set faults[0].at=5s,10s",
      about: "every pair of values",
    },
  ],
  options: {
    set: {
      type: "value",
      value: "FIELD=VALUES",
      about: "A field and its values: FROM..TO/STEP, or a list with commas. Repeatable.",
    },
    seed: { type: "value", value: "NUMBER", about: "Another course of chance; 0 to 4294967295." },
    ...replicationOptions,
    json: { type: "flag", about: "Everything about each point as JSON." },
    ...outputOptions,
  },
  notes: [
    "FIELD is a place in the scenario: names with dots, places in a list in brackets. Each point has the same seeds, so points differ by the field alone. Sweeping judges nothing: the exit code is 0.",
  ],
  run: sweep,
};

async function sweep(input: CommandInput): Promise<number> {
  const { args, io, style } = input;
  const [reference] = args.positionals;
  if (reference === undefined) {
    throw new UserError("sweep needs a scenario: breakwater sweep SCENARIO --set FIELD=VALUES");
  }
  noMorePositionals(args, 1);
  const axes = (args.repeated.get("set") ?? []).map(parseAxis);
  if (axes.length === 0) {
    throw new UserError(
      "sweep needs a field to change: --set load.customers.rate=100..400/50, for example",
    );
  }
  const seed = numberOption(args, "seed", { min: 0, max: 2 ** 32 - 1, integer: true, unit: "" });
  const loaded = await loadScenario(reference, io.cwd);
  const load = changed(loaded, seed === undefined ? {} : { seed });
  const points = gridOf(axes).map((values) => ({ values, load: pointOf(load, axes, values) }));
  const settings = replicationSettings(args, 1);
  const { results, interrupted } = await replicate(
    points.map((point) => point.load.scenario),
    settings,
    io,
  );
  const done = results.flatMap((replications, i): Point[] => {
    const values = points[i]?.values ?? [];
    return replications.done === 0 ? [] : [{ values, replications }];
  });
  emit(
    input,
    args.flags.has("json") ? `${JSON.stringify(jsonOf(axes, done))}\n` : textOf(axes, done, style),
  );
  return interrupted ? EXIT.interrupted : EXIT.met;
}

interface Point {
  readonly values: readonly (number | string)[];
  readonly replications: Replications;
}

/** Every combination; the last axis changes fastest. */
function gridOf(axes: readonly Axis[]): (number | string)[][] {
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > MOST_POINTS) {
    throw new UserError(`--set makes ${count} points; at most ${MOST_POINTS} are allowed`);
  }
  return axes.reduce<(number | string)[][]>(
    (rows, { values }) => rows.flatMap((row) => values.map((value) => [...row, value])),
    [[]],
  );
}

function pointOf(
  load: LoadedScenario,
  axes: readonly Axis[],
  values: readonly (number | string)[],
): LoadedScenario {
  const document = axes.reduce(
    (before, { path }, i) => withField(before, path, values[i] ?? 0),
    load.document,
  );
  return changed({ ...load, document }, {});
}

function jsonOf(axes: readonly Axis[], points: readonly Point[]): object {
  return {
    format: "breakwater-sweep/1",
    axes,
    points: points.map(({ values, replications }) => ({
      set: Object.fromEntries(axes.map(({ path }, i) => [path, values[i]])),
      replications,
    })),
  };
}

const SHOWN = ["goodput", "success rate", "p99", "amplification", "wasted work"] as const;

function textOf(axes: readonly Axis[], points: readonly Point[], style: Style): string {
  const right = "right" as const;
  const columns: Column[] = [
    ...axes.map(({ path }) => ({ title: path, align: right })),
    ...SHOWN.map((title) => ({ title, align: right })),
    { title: "collapse", align: right },
    { title: "95 % interval", align: right },
    { title: "runs", align: right },
  ];
  const rows = points.map(({ values, replications: { metrics, collapse, done } }) => [
    ...values.map(String),
    ...SHOWN.map((name) => {
      const of = metrics.find(({ metric }) => metric === name);
      return of === undefined ? "" : unitText(of.mean, of.unit);
    }),
    percent(collapse.share),
    done === 1 ? "" : `${percent(collapse.low)} to ${percent(collapse.high)}`,
    `${done}`,
  ]);
  return `${(style.plain ? plainTable : table)(columns, rows).join("\n")}\n`;
}
