import type { CircuitListener } from "../breaker.ts";
import type { Bulkhead, ResolvedBulkhead } from "../bulkhead/machine.ts";
import type { CircuitBreaker } from "../circuit-breaker/machine.ts";
import type { ResolvedCircuitBreaker } from "../circuit-breaker/resolved.ts";
import type { ClientThrottle, ResolvedClientThrottle } from "../client-throttle/machine.ts";
import type {
  ConcurrencyLimiter,
  ResolvedConcurrencyLimiter,
} from "../concurrency-limiter/machine.ts";
import type { Hedger, ResolvedHedge } from "../hedge/machine.ts";
import type { ProbationBreaker, ResolvedProbationBreaker } from "../probation-breaker/machine.ts";
import type { RateLimiter, ResolvedRateLimiter } from "../rate-limiter/machine.ts";
import type { ResolvedRetryBudget, RetryBudget } from "../retry-budget/machine.ts";
import type { AttemptFlow } from "./attempt-flow.ts";
import type { Call } from "./call.ts";
import type { PlannerSettings, RetryPlanner } from "./retry-planner.ts";

/** Makes the machine of one part of a policy. */
interface Maker<Resolved, Machine> {
  readonly make: (resolved: Resolved) => Machine;
}

interface BreakerMaker<Resolved, Machine> {
  readonly make: (resolved: Resolved, onCircuit: CircuitListener) => Machine;
}

interface BudgetMaker {
  readonly makeBudget: (resolved: ResolvedRetryBudget) => RetryBudget;
}

interface RetryMaker extends BudgetMaker {
  readonly make: (settings: PlannerSettings, budget: RetryBudget | undefined) => RetryPlanner;
}

export interface HedgeMaker extends Maker<ResolvedHedge, Hedger>, BudgetMaker {
  readonly goOn: (flow: AttemptFlow, call: Call, nowMs: number) => boolean;
}

/**
 * The machinery that an engine is given: it knows of no other, so a bundle contains what its policies use. A policy
 * must have no part whose machinery is missing here.
 */
export interface EngineParts {
  readonly retry?: RetryMaker;
  readonly hedge?: HedgeMaker;
  readonly clientThrottle?: Maker<ResolvedClientThrottle, ClientThrottle>;
  readonly rateLimiter?: Maker<ResolvedRateLimiter, RateLimiter>;
  readonly bulkhead?: Maker<ResolvedBulkhead, Bulkhead<Call>>;
  readonly concurrencyLimiter?: Maker<ResolvedConcurrencyLimiter, ConcurrencyLimiter<Call>>;
  readonly circuitBreaker?: BreakerMaker<ResolvedCircuitBreaker, CircuitBreaker>;
  readonly probationBreaker?: BreakerMaker<ResolvedProbationBreaker, ProbationBreaker>;
}
