import type { Command, CommandInput, OptionTable } from "../../arguments/command.ts";
import { numberOption } from "../../arguments/parse.ts";
import { UserError } from "../../errors.ts";
import { EXIT } from "../../io.ts";
import { apiOptions, ask, nameOf, pathOf, type ShownToxic } from "./api.ts";

const toxicName = {
  toxicName: { type: "value", short: "n", value: "NAME", about: "The name of the toxic." },
} satisfies OptionTable;

const settings = {
  toxicity: {
    type: "value",
    value: "SHARE",
    about: "The share of connections (requests, for HTTP) that it strikes, 0 to 1.",
  },
  attribute: {
    type: "value",
    short: "a",
    value: "KEY=VALUE",
    about: "An attribute of the toxic. Repeatable.",
  },
  ttl: { type: "value", value: "DURATION", about: "It is removed after this time, such as 30s." },
} satisfies OptionTable;

export const toxicAddVerb: Command = {
  name: "proxy toxic add",
  summary: "adds a toxic to a proxy",
  usage:
    "breakwater proxy toxic add --type TYPE [--toxicName NAME] [--attribute KEY=VALUE ...] PROXY",
  examples: [
    {
      line: "breakwater proxy toxic add -t latency -a latency=100 -a jitter=50 --ttl 30s redis",
      about: "slower, for half a minute",
    },
    {
      line: "breakwater proxy toxic add -t http_error -a status=503 --toxicity 0.2 web",
      about: "every fifth request fails",
    },
  ],
  options: {
    type: { type: "value", short: "t", value: "TYPE", about: "The type of the toxic." },
    ...toxicName,
    ...settings,
    upstream: { type: "flag", short: "u", about: "Strike what goes to the upstream." },
    downstream: { type: "flag", short: "d", about: "Strike what comes back (the default)." },
    ...apiOptions,
  },
  run: async (input) => {
    const proxy = nameOf(input);
    const { values, flags } = input.args;
    const type = values.get("type");
    if (type === undefined) throw new UserError("Required argument 'type' was empty.");
    if (flags.has("upstream") && flags.has("downstream")) {
      throw new UserError("Only one should be specified: upstream or downstream.");
    }
    const path = pathOf(proxy, "toxics");
    const toxic = await ask<ShownToxic>(input, "Failed to add toxic", "POST", path, {
      type,
      name: values.get("toxicName"),
      stream: flags.has("upstream") ? "upstream" : "downstream",
      ...changes(input),
    });
    const { stream, name } = toxic;
    input.io.out(`Added ${stream} ${toxic.type} toxic '${name}' on proxy '${proxy}'\n`);
    return EXIT.met;
  },
};

export const toxicUpdateVerb: Command = {
  name: "proxy toxic update",
  summary: "changes a toxic; what is left out stays",
  usage: "breakwater proxy toxic update --toxicName NAME [--attribute KEY=VALUE ...] PROXY",
  examples: [
    { line: "breakwater proxy toxic update -n latency_downstream -a jitter=25 redis", about: "" },
  ],
  options: { ...toxicName, ...settings, ...apiOptions },
  run: async (input) => {
    const proxy = nameOf(input);
    const name = requiredName(input);
    const path = pathOf(proxy, "toxics", name);
    await ask(input, "Failed to update toxic", "PATCH", path, changes(input));
    input.io.out(`Updated toxic '${name}' on proxy '${proxy}'\n`);
    return EXIT.met;
  },
};

export const toxicRemoveVerb: Command = {
  name: "proxy toxic remove",
  summary: "removes a toxic",
  usage: "breakwater proxy toxic remove --toxicName NAME PROXY",
  examples: [{ line: "breakwater proxy toxic remove -n latency_downstream redis", about: "" }],
  options: { ...toxicName, ...apiOptions },
  run: async (input) => {
    const proxy = nameOf(input);
    const name = requiredName(input);
    const path = pathOf(proxy, "toxics", name);
    await ask(input, "Failed to remove toxic", "DELETE", path);
    input.io.out(`Removed toxic '${name}' on proxy '${proxy}'\n`);
    return EXIT.met;
  },
};

function requiredName({ args }: CommandInput): string {
  const name = args.values.get("toxicName");
  if (name === undefined) throw new UserError("name the toxic: --toxicName NAME");
  return name;
}

function changes({ args }: CommandInput): object {
  const toxicity = numberOption(args, "toxicity", { min: 0, max: 1, unit: "" });
  const pairs = (args.repeated.get("attribute") ?? []).map(attribute);
  return {
    ...(toxicity === undefined ? {} : { toxicity }),
    ...(pairs.length === 0 ? {} : { attributes: Object.fromEntries(pairs) }),
    ttl: args.values.get("ttl"),
  };
}

/** What looks like a number, or like an object (headers), is one. */
function attribute(text: string): [string, unknown] {
  const at = text.indexOf("=");
  if (at < 1) throw new UserError(`--attribute ${text}: needs KEY=VALUE`);
  const value = text.slice(at + 1);
  const key = text.slice(0, at);
  if (key === "headers") return [key, headers(value)];
  const number = value.trim() === "" ? Number.NaN : Number(value);
  return [key, Number.isNaN(number) || key === "body" ? value : number];
}

function headers(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`--attribute headers=${text}: needs JSON, such as {"Retry-After":"3"}`);
  }
}
