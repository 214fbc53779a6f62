import type { Command } from "../../arguments/command.ts";
import { UserError } from "../../errors.ts";
import { EXIT } from "../../io.ts";
import { apiOptions, ask, nameOf, type ShownProxy } from "./api.ts";

export const createVerb: Command = {
  name: "proxy create",
  summary: "a new proxy",
  usage: "breakwater proxy create --listen ADDRESS --upstream ADDRESS [--http] NAME",
  examples: [
    {
      line: "breakwater proxy create --listen 127.0.0.1:26379 --upstream 127.0.0.1:6379 redis",
      about: "for any protocol over TCP",
    },
    {
      line: "breakwater proxy create --http --listen 127.0.0.1:8081 --upstream 127.0.0.1:8080 web",
      about: "with faults for single requests",
    },
  ],
  options: {
    listen: { type: "value", short: "l", value: "ADDRESS", about: "Where clients connect to." },
    upstream: { type: "value", short: "u", value: "ADDRESS", about: "Where it connects to." },
    http: { type: "flag", about: "Read the requests, so that faults can strike single ones." },
    "upstream-down": {
      type: "value",
      value: "HOW",
      about: "What clients see while nothing listens upstream: close (default), reset or refuse.",
    },
    ...apiOptions,
  },
  run: async (input) => {
    const name = nameOf(input);
    const { values, flags } = input.args;
    for (const option of ["listen", "upstream"]) {
      if (!values.has(option)) throw new UserError(`Required argument '${option}' was empty.`);
    }
    const { listen } = await ask<ShownProxy>(input, "Failed to create proxy", "POST", "/proxies", {
      name,
      listen: values.get("listen"),
      upstream: values.get("upstream"),
      upstream_down: values.get("upstream-down"),
      protocol: flags.has("http") ? "http" : "tcp",
    });
    input.io.out(`Created new proxy ${name}\n`);
    input.io.err(`it listens on ${listen}\n`);
    return EXIT.met;
  },
};
