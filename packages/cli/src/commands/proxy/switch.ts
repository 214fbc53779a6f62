import type { Command } from "../../arguments/command.ts";
import { noMorePositionals } from "../../arguments/parse.ts";
import { EXIT } from "../../io.ts";
import { apiOptions, ask, nameOf, pathOf, type ShownProxy } from "./api.ts";

export const toggleVerb: Command = {
  name: "proxy toggle",
  summary: "disables a proxy, or enables it again",
  usage: "breakwater proxy toggle [--ttl DURATION] NAME",
  examples: [
    { line: "breakwater proxy toggle redis", about: "down, or up again" },
    { line: "breakwater proxy toggle --ttl 10s redis", about: "down for ten seconds" },
  ],
  options: {
    ttl: { type: "value", value: "DURATION", about: "It is enabled again after this time." },
    ...apiOptions,
  },
  run: async (input) => {
    const name = nameOf(input);
    const failed = `Failed to toggle proxy ${name}`;
    const before = await ask<ShownProxy>(input, failed, "GET", pathOf(name));
    const { enabled } = await ask<ShownProxy>(input, failed, "PATCH", pathOf(name), {
      enabled: !before.enabled,
      ttl: input.args.values.get("ttl"),
    });
    input.io.out(`Proxy ${name} is now ${enabled ? "enabled" : "disabled"}\n`);
    return EXIT.met;
  },
};

export const deleteVerb: Command = {
  name: "proxy delete",
  summary: "removes a proxy and closes its connections",
  usage: "breakwater proxy delete NAME",
  examples: [{ line: "breakwater proxy delete redis", about: "" }],
  options: apiOptions,
  run: async (input) => {
    const name = nameOf(input);
    await ask(input, "Failed to delete proxy", "DELETE", pathOf(name));
    input.io.out(`Deleted proxy ${name}\n`);
    return EXIT.met;
  },
};

export const resetVerb: Command = {
  name: "proxy reset",
  summary: "enables every proxy and removes every toxic",
  usage: "breakwater proxy reset",
  examples: [{ line: "breakwater proxy reset", about: "all is well again" }],
  options: apiOptions,
  run: async (input) => {
    noMorePositionals(input.args, 0);
    await ask(input, "Failed to reset", "POST", "/reset");
    input.io.out("Every proxy is enabled and has no toxics\n");
    return EXIT.met;
  },
};
