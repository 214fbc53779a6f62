import { Histogram } from "@breakwater/metrics";
import { problemText } from "@breakwater/policy";
import {
  checkScenario,
  type Endpoint as EndpointPlan,
  type Load,
  type Scenario,
} from "@breakwater/scenario";
import { stringify } from "yaml";
import { UserError } from "../errors.ts";
import { type Endpoint, merge, OTHERS } from "./endpoints.ts";
import { fitted, rounded } from "./fit.ts";
import type { Usage } from "./read-logs.ts";

/** Endpoints that a scenario keeps apart; a page of them is read by people. */
const MOST_ENDPOINTS = 50;
const LONGEST_NAME = 48;

export interface ScenarioPlan {
  /** What the logs are called, for the head of the file. */
  readonly title: string;
  /** In how many steps the load follows the log; undefined for a constant rate. */
  readonly steps: number | undefined;
  /** How long the load plays at a constant rate; with steps it plays as long as the log is. */
  readonly seconds: number;
}

/**
 * A scenario with what was measured: each endpoint's rate, its share of errors, and its durations.
 * @throws UserError when the log does not tell enough, or the scenario would be too large to run
 */
export function scenarioText(usage: Usage, plan: ScenarioPlan): string {
  const { span } = usage.slices;
  const seconds = span === undefined ? 0 : (span.toMs - span.fromMs) / 1000;
  if (!(seconds > 0)) {
    throw new UserError(
      "no scenario can be made: the calls have no times, or all the same one, so they have no rate",
    );
  }
  if (usage.endpoints.every(({ latency }) => latency.count === 0)) {
    throw new UserError(
      "no scenario can be made: the log has no durations. For nginx, end its log_format with $request_time",
    );
  }
  const scenario = measured(usage, plan, seconds);
  const checked = checkScenario(scenario);
  if (!checked.ok) {
    throw new UserError(checked.problems.map((problem) => `the scenario: ${problemText(problem)}`));
  }
  return `${HEAD}${stringify(scenario, { lineWidth: 100 })}`;
}

const HEAD = `# Written by breakwater usage from an access log: rates, errors and durations as they were measured.
# Durations hold what the log saw: work, calls to other services and waiting. Workers are therefore
# without limit. Split the work into calls, and give services workers, for what you want to learn.
`;

function measured(usage: Usage, plan: ScenarioPlan, seconds: number): Scenario {
  const { steps } = plan;
  const services = new Map<string, Record<string, EndpointPlan>>();
  const load: Record<string, Load> = {};
  const names = new Set<string>();
  const shape = steps === undefined ? {} : { shape: shapeOf(usage, steps, seconds) };
  for (const endpoint of busiest(usage.endpoints)) {
    const to = nameOf(endpoint.service === "" ? "site" : endpoint.service, "service");
    const path = endpoint.path === "/" ? "root" : endpoint.path;
    const name = unique(nameOf(`${endpoint.method} ${path}`, "endpoint"), names);
    services.set(to, { ...services.get(to), [name]: planOf(endpoint) });
    load[name] = { kind: "open", to, endpoint: name, rate: rateOf(endpoint, seconds), ...shape };
  }
  return {
    name: plan.title.slice(0, 100),
    duration: steps === undefined ? `${plan.seconds}s` : `${rounded(seconds)}s`,
    services: Object.fromEntries([...services].map(([to, endpoints]) => [to, { endpoints }])),
    load,
  };
}

/** The busiest endpoints, and one that stands for the rest. */
function busiest(all: readonly Endpoint[]): Endpoint[] {
  const sorted = all.toSorted((a, b) => b.calls - a.calls);
  if (sorted.length <= MOST_ENDPOINTS) return sorted;
  const none = { calls: 0, errors: 0, refused: 0, latency: new Histogram() };
  const others = { service: "", method: "*", path: OTHERS, ...none };
  for (const endpoint of sorted.slice(MOST_ENDPOINTS - 1)) merge(others, endpoint);
  return [...sorted.slice(0, MOST_ENDPOINTS - 1), others];
}

function planOf({ service, method, path, calls, errors, latency }: Endpoint): EndpointPlan {
  const about = `${service} ${method} ${path}`.trim();
  const failing = errors > 0 ? { errorRate: rounded(errors / calls) } : {};
  return { about, ...failing, steps: latency.count > 0 ? [{ work: fitted(latency) }] : [] };
}

function rateOf({ calls }: Endpoint, seconds: number): number {
  return rounded(calls / seconds);
}

/** How all the load rose and fell: each part's rate, relative to the mean. */
function shapeOf({ slices }: Usage, steps: number, seconds: number) {
  const parts = slices.parts(steps);
  const mean = parts.reduce((sum, calls) => sum + calls, 0) / steps;
  const rows = parts.map((calls, index) => ({
    at: `${rounded((index * seconds) / steps)}s`,
    factor: rounded(calls / mean),
  }));
  return { kind: "steps" as const, steps: rows };
}

/** A name as the scenario language wants it: "GET /orders/{id}" is "get_orders_id". */
function nameOf(text: string, otherwise: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^[^\p{L}]+|_+$/gu, "");
  return name === "" ? otherwise : [...name].slice(0, LONGEST_NAME).join("");
}

function unique(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}_${number}`;
  taken.add(free);
  return free;
}
