import type { Command } from "../../arguments/command.ts";
import { EXIT } from "../../io.ts";
import { emit, outputOptions } from "../../output/emit.ts";
import { apiOptions, ask, nameOf, pathOf, type ShownProxy, type ShownToxic } from "./api.ts";

export const inspectVerb: Command = {
  name: "proxy inspect",
  summary: "one proxy and its toxics",
  usage: "breakwater proxy inspect [--json] NAME",
  examples: [{ line: "breakwater proxy inspect redis", about: "its toxics, one line each" }],
  options: { json: { type: "flag", about: "As JSON." }, ...apiOptions, ...outputOptions },
  run: async (input) => {
    const name = nameOf(input);
    const failed = `Failed to retrieve proxy ${name}`;
    const proxy = await ask<ShownProxy>(input, failed, "GET", pathOf(name));
    if (input.args.flags.has("json")) {
      emit(input, `${JSON.stringify(proxy, null, 2)}\n`);
      return EXIT.met;
    }
    const { listen, upstream, enabled, toxics } = proxy;
    const head = `Name: ${name}\tListen: ${listen}\tUpstream: ${upstream}\t${enabled ? "enabled" : "disabled"}`;
    const lines = [...(input.io.isTerminal ? [head] : []), ...toxics.map(toxicLine)];
    if (input.io.isTerminal && toxics.length === 0) lines.push("Proxy has no toxics enabled.");
    emit(input, lines.map((line) => `${line}\n`).join(""));
    return EXIT.met;
  },
};

function toxicLine({ name, type, stream, toxicity, attributes, expires_in }: ShownToxic): string {
  const pairs = Object.entries(attributes)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `\t${key}=${typeof value === "object" ? JSON.stringify(value) : value}`);
  const heals = expires_in === undefined ? "" : `\texpires_in=${expires_in}`;
  const facts = `type=${type}\tstream=${stream}\ttoxicity=${toxicity.toFixed(2)}`;
  return `${name}\t${facts}\tattributes=[${pairs.join("")}\t]${heals}`;
}
