/**
 * Runs that are large in one way, each to be had in a process of its own: prints events, time and memory as JSON.
 *
 *   pending N   N users who think: as many events ahead, and two events for each request
 *   inService N N requests at a service that does not answer during the run
 *   scale N     N services of 10 instances in three tiers, 100 requests per second for each service
 */
import { checkScenario, type Scenario, type Service } from "@breakwater/scenario";
import { runScenario } from "@breakwater/simulator";

const REQUESTS = 400_000;

const GUARDED = {
  timeout: "100ms",
  idempotent: true,
  retry: { attempts: 3, backoff: { kind: "exponential", base: 20, cap: 200, jitter: "full" } },
  circuitBreaker: { window: { kind: "time", size: "10s", buckets: 10 }, failureRate: 0.5 },
} as const;

const kinds = { pending, inService, scale };
const [kind, count] = process.argv.slice(2) as [keyof typeof kinds, string];
if (kind === "pending") measure(pending(1000));
process.stdout.write(`${JSON.stringify(measure(kinds[kind](Number(count))))}\n`);

function measure(scenario: Scenario): object {
  const checked = checkScenario(scenario);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const startedAt = performance.now();
  const { endToEnd, services } = runScenario(checked.scenario);
  const wallMs = performance.now() - startedAt;
  const served = services.reduce((sum, { ok, failed }) => sum + ok + failed, 0);
  // An arrival is an event, and so is the end of each piece of work. Timeouts that never came are none.
  const events = endToEnd.calls + served;
  const { ok } = endToEnd.outcomes;
  const megabytes = process.resourceUsage().maxRSS / 1024;
  return { requests: endToEnd.calls, ok, events, wallMs, megabytes };
}

function pending(users: number): Scenario {
  return {
    duration: `${Math.ceil(REQUESTS / users)}s`,
    services: { shop: oneStep("1ms") },
    load: {
      users: { kind: "closed", to: "shop", users, think: { kind: "exponential", mean: "1s" } },
    },
  };
}

function inService(users: number): Scenario {
  return {
    duration: "2s",
    drain: 0,
    services: { shop: oneStep("1h") },
    load: { users: { kind: "closed", to: "shop", users } },
  };
}

function oneStep(work: string): Service {
  return { workers: "unlimited", endpoints: { get: { steps: [{ work }] } } };
}

/** A tenth of the services are called by customers; each calls one of the next three tenths, and that one of the rest. */
function scale(count: number): Scenario {
  const tiers = [count / 10, (3 * count) / 10, (6 * count) / 10];
  const services: Record<string, Service> = {};
  const load: Record<string, object> = {};
  for (const [tier, width] of tiers.entries()) {
    const below = tiers[tier + 1];
    for (let index = 0; index < width; index++) {
      const work = { work: { kind: "exponential" as const, mean: 2 } };
      const call = { call: `s${tier + 1}-${index % (below ?? 1)}`, policy: "guarded" };
      const steps = below === undefined ? [work] : [work, call];
      services[`s${tier}-${index}`] = { instances: 10, workers: 8, endpoints: { get: { steps } } };
      if (tier === 0) load[`customers-${index}`] = { kind: "open", to: `s0-${index}`, rate: 1000 };
    }
  }
  return {
    duration: "60s",
    bucket: "1s",
    services,
    policies: { guarded: GUARDED },
    load,
  } as Scenario;
}
