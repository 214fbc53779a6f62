import {
  type Admission,
  type BreakerState,
  type Bulkhead,
  type Call,
  type CallEngine,
  type CircuitBreaker,
  ConcurrencyLimiter,
  type EngineParts,
  type EngineSettings,
  EVERY_PART,
  exportBreaker,
  formatDuration,
  Hedger,
  InvalidOptionsError,
  type ProbationBreaker,
  type RateLimiter,
  type ResolvedBulkhead,
  type ResolvedConcurrencyLimiter,
  type ResolvedPolicy,
  restoreBreaker,
} from "@breakwater/policy";
import { same } from "./shadow-parts.ts";

/** What became of a policy's state when its options changed: one sentence for each part that has any. */
export interface Reconfigured {
  readonly kept: readonly string[];
  readonly notKept: readonly string[];
}

/** @throws InvalidOptionsError when the new options have another name */
export function checkName(name: string, after: ResolvedPolicy): void {
  if (after.name === name) return;
  const message = `the policy is named "${name}", and facts and metrics go by its name`;
  const fix = "keep the name, or make another policy";
  throw new InvalidOptionsError([
    { path: "name", value: after.name, message, allowed: `"${name}"`, fix },
  ]);
}

/** Where the new engine goes on with machines of the old one, its parts hand out those in place of new ones. */
export function keptSettings(
  { policy, budget, admission, flow }: CallEngine,
  after: ResolvedPolicy,
): Pick<EngineSettings, "parts" | "resumed" | "budget"> {
  const { breaker, rateLimiter, throttle } = admission;
  const { hedger, resumed } = flow;
  const parts: EngineParts = {
    ...EVERY_PART,
    hedge: { ...EVERY_PART.hedge, make: (resolved) => new Hedger(resolved, hedger) },
    ...(same(policy.circuitBreaker, after.circuitBreaker) && {
      circuitBreaker: { make: () => breaker as CircuitBreaker },
    }),
    ...(same(policy.probationBreaker, after.probationBreaker) && {
      probationBreaker: { make: () => breaker as ProbationBreaker },
    }),
    ...(rateLimiter &&
      same(policy.rateLimiter, after.rateLimiter) && { rateLimiter: { make: () => rateLimiter } }),
    ...(throttle && { clientThrottle: { make: () => throttle } }),
    ...keptPlaces(admission, after),
  };
  const kept = same(policy.retryBudget, after.retryBudget);
  return { parts, resumed, budget: kept ? budget : undefined };
}

/** Who is under way and who waits: whatever limits them from now on. */
function keptPlaces({ bulkhead, limiter }: Admission, after: ResolvedPolicy): EngineParts {
  if (after.concurrencyLimiter !== undefined && limiter !== undefined) {
    return { concurrencyLimiter: { make: () => limiter } };
  }
  if (after.concurrencyLimiter === undefined && after.bulkhead === undefined) return {};
  const places = limiter?.handOver() ?? (bulkhead as Bulkhead<Call> | undefined);
  if (places === undefined) return {};
  return {
    bulkhead: { make: () => places },
    concurrencyLimiter: { make: (limit) => new ConcurrencyLimiter(limit, undefined, places) },
  };
}

/** Brings what the old engine knows into the new one, as far as it fits, and puts the options of both in force. */
export function carryState(before: CallEngine, after: CallEngine, nowMs: number): Reconfigured {
  const kept: string[] = [];
  const notKept: string[] = [];
  const tell: Tell = (yes, text) => (yes ? kept : notKept).push(text);
  if (before.breaker !== undefined) carryBreaker(before, after, nowMs, tell);
  if (before.budget !== undefined && after.budget !== undefined) {
    carryBudget(before.budget, after.budget, nowMs);
    tell(true, "retry budget: its tokens");
  }
  const { rateLimiter: old } = before.admission;
  const { rateLimiter } = after.admission;
  if (old !== undefined && rateLimiter !== undefined) {
    carryPermits(old, before.policy, rateLimiter, after.policy, nowMs);
    tell(true, "rate limiter: its permits");
  }
  carryLearnt(before, after, nowMs, tell);
  carryPlaces(before, after, tell);
  return { kept, notKept };
}

type Tell = (kept: boolean, text: string) => void;

/** Parts that learn from attempts. */
function carryLearnt(before: CallEngine, after: CallEngine, nowMs: number, tell: Tell): void {
  const { clientThrottle } = after.policy;
  if (before.admission.throttle !== undefined && clientThrottle !== undefined) {
    before.admission.throttle.reconfigure(clientThrottle, nowMs);
    tell(true, "client throttle: how much was accepted lately");
  }
  const learns = ({ policy }: CallEngine) => (policy.hedge?.quantile ?? 0) > 0;
  if (learns(before) && learns(after)) {
    tell(true, `hedge: the successes from which it learns its delay (${shown(after)})`);
  }
}

function shown({ flow }: CallEngine): string {
  return formatDuration(Math.round(flow.hedger?.delayMs ?? 0));
}

/** Those under way and those that wait count on, and the limit that was learnt goes on from where it is. */
function carryPlaces(before: CallEngine, after: CallEngine, tell: Tell): void {
  const { bulkhead: old, limiter: learnt } = before.admission;
  const { bulkhead, limiter } = after.admission;
  if (old === undefined) return;
  const { inFlight, waiting, limit } = old;
  const who = `${inFlight} under way and ${waiting} waiting`;
  if (bulkhead === undefined) {
    const text = `places: there is no limit any more; those who wait for one keep waiting (${who})`;
    if (inFlight + waiting > 0) tell(false, text);
    return;
  }
  const options = after.policy.concurrencyLimiter;
  if (limiter === undefined) {
    (bulkhead as Bulkhead<Call>).reconfigure(after.policy.bulkhead as ResolvedBulkhead);
  } else if (limiter === learnt && !same(before.policy.concurrencyLimiter, options)) {
    limiter.reconfigure(options as ResolvedConcurrencyLimiter);
  }
  if (inFlight + waiting > 0) tell(true, `places: ${who}`);
  if (learnt !== undefined && limiter !== undefined) {
    tell(true, `concurrency limiter: the limit that it has learnt (${limit})`);
  }
}

function carryBreaker(before: CallEngine, after: CallEngine, nowMs: number, tell: Tell): void {
  const { breaker } = before;
  if (breaker === undefined || breaker === after.breaker) {
    tell(true, "circuit: its state, its window, and what calls under way will tell");
    return;
  }
  if (after.breaker === undefined) {
    tell(false, "circuit: there is none any more");
    return;
  }
  const state = shortened(exportBreaker(breaker, nowMs), after.breaker.options.openForMs);
  const problems = restoreBreaker(after.breaker, state, nowMs);
  if (problems.length === 0) {
    tell(true, "circuit: its state and its window");
    tell(false, "circuit: what calls under way will tell, for they began under other options");
  } else {
    tell(false, `circuit: it is closed, for its state does not fit (${problems[0]?.message})`);
  }
}

/** An open circuit is tried no later than one that has just opened under the new options. */
function shortened(state: BreakerState, openForMs: number): BreakerState {
  if (state.state !== "open") return state;
  return { ...state, remainingMs: Math.min(state.remainingMs, openForMs) };
}

/** Takes out of the new bucket what is missing in the old one, up to a whole token. */
function carryBudget(
  before: NonNullable<CallEngine["budget"]>,
  after: NonNullable<CallEngine["budget"]>,
  nowMs: number,
): void {
  if (before === after) return;
  const tokens = before.tokens(nowMs);
  while (after.tokens(nowMs) > Math.max(1, tokens)) after.withdraw(nowMs);
  if (tokens < 1) after.withdraw(nowMs);
}

/** Lets the new limiter give no more permits now than the old one would. */
function carryPermits(
  before: RateLimiter,
  { rateLimiter: old }: ResolvedPolicy,
  after: RateLimiter,
  { rateLimiter: options }: ResolvedPolicy,
  nowMs: number,
): void {
  if (before === after || old === undefined || options === undefined) return;
  const left = permitsLeft(before, mostAtOnce(old), nowMs);
  for (let taken = mostAtOnce(options); taken > left; taken--) after.acquire(nowMs);
}

function mostAtOnce(options: NonNullable<ResolvedPolicy["rateLimiter"]>): number {
  return options.kind === "tokenBucket" ? options.burst : options.limit;
}

/** Counts by taking them, and gives them back, the latest first. */
function permitsLeft(limiter: RateLimiter, most: number, nowMs: number): number {
  let left = 0;
  while (left < most && limiter.retryAfterMs(nowMs) === 0) {
    limiter.acquire(nowMs);
    left++;
  }
  for (let given = 0; given < left; given++) limiter.giveBack(nowMs);
  return left;
}
