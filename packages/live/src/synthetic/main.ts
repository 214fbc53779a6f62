/** A synthetic service as a process. Prints where it listens, as every service of a live run does. */
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { checkScenario, type ResolvedScenario, type ResolvedService } from "@breakwater/scenario";
import { derive, nameWord, seedKey } from "@breakwater/scenario/plan";
import { recordFacts } from "breakwater/record";
import { edgesOf } from "../load/edges-of.ts";
import type { LiveEdge } from "../load/live-edge.ts";
import {
  CONFIG_VARIABLE,
  type FromSynthetic,
  type SyntheticConfig,
  type ToSynthetic,
} from "./protocol.ts";
import { SyntheticService } from "./synthetic-service.ts";
import { WorkFile } from "./work-file.ts";

const config = readConfig();
const { scenario, service } = read(config);
const root = seedKey(config.seed);
const file = new WorkFile(config.workFile);
const edges = edgesOf(scenario, config.service, {
  root: derive(root, nameWord(`${config.service} ${config.instance}`)),
  urls: config.urls,
  tell: (edge, is) => file.add({ is, edge }),
});
recordFacts(factSources(edges.values()), config.factsFile, { everyMs: 0 });
const synthetic = new SyntheticService(scenario, service, config, edges, file, root);

process.on("message", (message: ToSynthetic) => {
  if (message.type === "fault") synthetic.fault(message.index, message.on);
  else process.send?.({ type: "inFlight", inFlight: synthetic.inFlight } satisfies FromSynthetic);
});
// Whoever started this is gone, however: nobody else would end it.
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));

const host = process.env.HOST ?? "127.0.0.1";
synthetic.server.listen(Number(process.env.PORT ?? 0), host, () => {
  const { port } = synthetic.server.address() as AddressInfo;
  const listening = `http://${host}:${port}`;
  process.stdout.write(`${JSON.stringify({ listening, service: config.service })}\n`);
});

function readConfig(): SyntheticConfig {
  const path = process.env[CONFIG_VARIABLE];
  if (path === undefined) throw new Error(`${CONFIG_VARIABLE} must name a file`);
  return JSON.parse(readFileSync(path, "utf8")) as SyntheticConfig;
}

function read(told: SyntheticConfig): { scenario: ResolvedScenario; service: ResolvedService } {
  const checked = checkScenario(told.scenario);
  if (!checked.ok) throw new Error("the scenario is not valid");
  const service = checked.scenario.services.find(({ name }) => name === told.service);
  if (service === undefined) throw new Error(`there is no service ${told.service}`);
  return { scenario: checked.scenario, service };
}

function factSources(all: Iterable<LiveEdge>): Record<string, LiveEdge["policies"]> {
  return Object.fromEntries([...all].map(({ name, policies }) => [name, policies]));
}
