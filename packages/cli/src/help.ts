import { type Command, commonOptions, type OptionTable } from "./arguments/command.ts";
import { type Style, wrap } from "./terminal/style.ts";
import { table } from "./terminal/table.ts";

const EXAMPLES = [
  ["breakwater run outage", "live through an outage in a second"],
  ["breakwater ladder", "one outage in every variation, one table"],
  ["breakwater init && breakwater run outage.yaml", "begin a scenario of your own"],
  ["breakwater run outage --report outage.html", "the graphs, in one page"],
  ["breakwater compare before.yaml after.yaml", "what a change does"],
  ["breakwater usage access.log --scenario out.yaml", "the load of a real system"],
] as const;

/** The help of the whole command, examples first. */
export function generalHelp(commands: readonly Command[], style: Style): string {
  const examples = table([{ title: "" }, { title: "" }], EXAMPLES).map((line) => `  ${line}`);
  const rows = commands.map((command) => [style.bold(command.name), command.summary]);
  const lines = [
    "Breakwater simulates outages, and shows what timeouts, retries and circuit breakers do about them.",
    "",
    style.bold("Examples"),
    ...examples,
    "",
    style.bold("Commands"),
    ...table([{ title: "" }, { title: "" }], rows).map((line) => `  ${line}`),
    "",
    "  breakwater help COMMAND   examples and options of a command",
    "  breakwater --version      the version",
    "",
    style.bold("Exit codes"),
    "  0  objectives met, or there were none     1    objectives missed",
    "  2  bad usage, scenario or file            70   a bug in Breakwater (BREAKWATER_DEBUG=1 says more)",
    "  3  a port, a process or a server failed   130  interrupted with Ctrl-C",
  ];
  return `${lines.join("\n")}\n`;
}

export function commandHelp(command: Command, style: Style): string {
  const examples = command.examples.map((example) => [`  ${example.line}`, example.about]);
  const lines = [
    `breakwater ${command.name}: ${command.summary}`,
    "",
    style.bold("Examples"),
    ...table([{ title: "" }, { title: "" }], examples),
    "",
    `${style.bold("Usage")}  ${command.usage}`,
    "",
    style.bold("Options"),
    ...optionRows({ ...command.options, ...commonOptions }),
    ...verbLines(command, style),
    ...(command.notes ?? []).flatMap((note) => ["", ...wrap(note, Math.min(style.columns, 100))]),
  ];
  return `${lines.join("\n")}\n`;
}

function verbLines({ verbs = [] }: Command, style: Style): string[] {
  if (verbs.length === 0) return [];
  const rows = verbs.flatMap(({ usage, summary, options }) => [
    ["", ""],
    [usage, summary],
    ...optionRows(options).map((row) => [row.trimEnd(), ""]),
  ]);
  return ["", style.bold("Verbs"), ...rows.map((row) => row.filter((cell) => cell).join("   "))];
}

function optionRows(options: OptionTable): string[] {
  const rows = Object.entries(options).map(([name, spec]) => {
    const short = spec.short ? `-${spec.short}, ` : "    ";
    const value = spec.type === "value" ? ` ${spec.value ?? "VALUE"}` : "";
    return [`  ${short}--${name}${value}`, spec.about];
  });
  return table([{ title: "" }, { title: "" }], rows);
}
