import type { Command } from "../../arguments/command.ts";
import { EXIT } from "../../io.ts";
import { emit, outputOptions } from "../../output/emit.ts";
import { plainTable, table } from "../../terminal/table.ts";
import { apiOptions, ask, nameOf, pathOf } from "./api.ts";

interface Shown {
  readonly connections: readonly {
    readonly index: number;
    readonly client: string;
    readonly open_for: number;
    readonly requests: number;
    readonly bytes: Record<"upstream" | "downstream", { received: number; sent: number }>;
    readonly draws: Readonly<Record<string, boolean>>;
  }[];
}

const COLUMNS = [
  { title: "Connection", align: "right" as const },
  { title: "Client" },
  { title: "Open for", align: "right" as const },
  { title: "Requests", align: "right" as const },
  { title: "Bytes up", align: "right" as const },
  { title: "Bytes down", align: "right" as const },
  { title: "Struck by" },
];

export const connectionsVerb: Command = {
  name: "proxy connections",
  summary: "the live connections of a proxy, and what struck each",
  usage: "breakwater proxy connections [--json] NAME",
  examples: [{ line: "breakwater proxy connections redis", about: "one line each" }],
  options: { json: { type: "flag", about: "As JSON." }, ...apiOptions, ...outputOptions },
  run: async (input) => {
    const name = nameOf(input);
    const failed = `Failed to retrieve connections of ${name}`;
    const found = await ask<Shown>(input, failed, "GET", pathOf(name, "connections"));
    if (input.args.flags.has("json")) {
      emit(input, `${JSON.stringify(found, null, 2)}\n`);
      return EXIT.met;
    }
    const rows = found.connections.map(({ index, client, open_for, requests, bytes, draws }) => [
      String(index),
      client,
      `${(open_for / 1_000).toFixed(1)}s`,
      String(requests),
      String(bytes.upstream.sent),
      String(bytes.downstream.sent),
      Object.keys(draws)
        .filter((toxic) => draws[toxic])
        .join(", ") || "-",
    ]);
    const lines = input.style.plain ? plainTable(COLUMNS, rows) : table(COLUMNS, rows);
    emit(input, `${lines.join("\n")}\n`);
    return EXIT.met;
  },
};
