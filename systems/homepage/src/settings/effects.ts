import type { PolicyOptions } from "breakwater";
import {
  type CallerName,
  durationMs,
  ENDPOINTS,
  type Fault,
  type ServiceName,
  type Settings,
} from "./document.ts";

/** The demonstration's performance problem: 5 to 10 whole seconds more. */
const PERFORMANCE_PROBLEM = { min: 5000, max: 10_000, step: 1000 } as const;

/** What is wrong with a service, its switches and its own entry put together. */
export function faultOf(settings: Settings, service: ServiceName): Fault {
  const endpoint = ENDPOINTS[service];
  const own = settings.faults?.[service];
  const { outages = [], performance_problems: slow = [] } = settings;
  return {
    ...(slow.includes(endpoint) && { latency: PERFORMANCE_PROBLEM }),
    ...own,
    outage: own?.outage === true || outages.includes(endpoint),
  };
}

/** One draw of how much longer a request takes, in milliseconds. `u` is uniform, 0 <= u < 1. */
export function latencyMs({ latency }: Fault, u: number): number {
  if (latency === undefined) return 0;
  const minMs = durationMs(latency.min);
  const spanMs = durationMs(latency.max) - minMs;
  if (latency.step === undefined) return minMs + u * spanMs;
  const stepMs = durationMs(latency.step);
  return minMs + stepMs * Math.floor(u * (Math.floor(spanMs / stepMs) + 1));
}

/** The edges whose dependency the page can do without; they only read, so they may be repeated. */
const OPTIONAL: readonly string[] = ["recommendations", "popular-items"];

/** The policy of one edge: its own, or what the switches make of it. */
export function policyOf(settings: Settings, caller: CallerName, edge: string): PolicyOptions {
  const policies: Readonly<Record<string, PolicyOptions | undefined>> =
    settings.policies?.[caller] ?? {};
  return policies[edge] ?? switched(settings, caller, edge);
}

function switched(settings: Settings, caller: CallerName, edge: string): PolicyOptions {
  const { timeout, retries, circuit_breakers: breakers } = settings;
  const seconds = timeout === undefined ? {} : { timeout: timeout * 1000 };
  // The call of recommendations to authentication has the timeout only, as in the demonstration.
  if (caller === "recommendations") return seconds;
  const breaker: Pick<PolicyOptions, "circuitBreaker"> = breakers
    ? {
        circuitBreaker: {
          window: { kind: "consecutive", failures: 5 },
          openFor: "30s",
          halfOpen: { trials: 1 },
        },
      }
    : {};
  if (!OPTIONAL.includes(edge)) return { ...seconds, ...breaker };
  const { graceful_degradation: degrades = true } = settings;
  const read = { ...seconds, ...breaker, ...(degrades && { fallback: { value: [] } }) };
  if (!retries) return read;
  const backoff = { kind: "exponential", base: "100ms", cap: "2s", jitter: "full" } as const;
  return { ...read, idempotent: true, retry: { attempts: 4, backoff } };
}
