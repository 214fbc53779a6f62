import { scenarioJsonSchema } from "@breakwater/scenario";
import type { Command } from "../arguments/command.ts";
import { noMorePositionals } from "../arguments/parse.ts";
import { EXIT } from "../io.ts";
import { emit, outputOptions } from "../output/emit.ts";

export const schemaCommand: Command = {
  name: "schema",
  summary: "print the JSON Schema of scenarios, for editors",
  usage: "breakwater schema [-o FILE]",
  examples: [
    { line: "breakwater schema -o scenario.schema.json", about: "write it to a file" },
    {
      line: "# yaml-language-server: $schema=scenario.schema.json",
      about: "as the first line of a scenario: many editors then check and complete",
    },
  ],
  options: outputOptions,
  run: async (input) => {
    noMorePositionals(input.args, 0);
    emit(input, `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
    return EXIT.met;
  },
};
