import type { Command } from "../arguments/command.ts";
import { connectionsVerb } from "./proxy/connections.ts";
import { createVerb } from "./proxy/create.ts";
import { inspectVerb } from "./proxy/inspect.ts";
import { listVerb } from "./proxy/list.ts";
import { populateVerb } from "./proxy/populate.ts";
import { serveOptions, serveProxies } from "./proxy/serve.ts";
import { deleteVerb, resetVerb, toggleVerb } from "./proxy/switch.ts";
import { toxicAddVerb, toxicRemoveVerb, toxicUpdateVerb } from "./proxy/toxic.ts";

export const proxyCommand: Command = {
  name: "proxy",
  summary: "a proxy that breaks connections, for Toxiproxy's clients and more",
  usage: "breakwater proxy [--port PORT] [--config FILE]   or   breakwater proxy VERB ...",
  examples: [
    { line: "breakwater proxy", about: "start it; its API listens on 127.0.0.1:8474" },
    {
      line: "breakwater proxy create --listen 127.0.0.1:26379 --upstream 127.0.0.1:6379 redis",
      about: "a proxy before Redis",
    },
    {
      line: "breakwater proxy toxic add --type latency --attribute latency=100 --ttl 30s redis",
      about: "100 ms slower, for half a minute",
    },
    { line: "breakwater proxy connections redis", about: "who is connected, and who was struck" },
  ],
  options: serveOptions,
  notes: [
    "Without a verb it serves until Ctrl-C or SIGTERM, which closes everything. With a verb it asks the proxy that --host (or TOXIPROXY_URL) names.",
  ],
  verbs: [
    listVerb,
    inspectVerb,
    createVerb,
    toggleVerb,
    deleteVerb,
    toxicAddVerb,
    toxicUpdateVerb,
    toxicRemoveVerb,
    connectionsVerb,
    populateVerb,
    resetVerb,
  ],
  run: serveProxies,
};
