import {
  type BreakerState,
  type CallEngine,
  type EngineSettings,
  exportBreaker,
  InvalidOptionsError,
  type RateLimiter,
  type ResolvedPolicy,
  restoreBreaker,
} from "@breakwater/policy";

/** What became of a policy's state when its options changed: one sentence for each part that has any. */
export interface Reconfigured {
  readonly kept: readonly string[];
  readonly notKept: readonly string[];
}

/** The options of a part as text, to compare. Infinity becomes null, and there is no null otherwise. */
function same(before: object | undefined, after: object | undefined): boolean {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(after);
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

/** The machines of the old engine that the new one goes on with: those whose options are the same. */
export function keptSettings(engine: CallEngine, after: ResolvedPolicy): Partial<EngineSettings> {
  const { policy, budget, admission } = engine;
  const breaker =
    same(policy.circuitBreaker, after.circuitBreaker) ||
    same(policy.probationBreaker, after.probationBreaker)
      ? admission.breaker
      : undefined;
  const rateLimiter = same(policy.rateLimiter, after.rateLimiter)
    ? admission.rateLimiter
    : undefined;
  const throttle = same(policy.clientThrottle, after.clientThrottle)
    ? admission.throttle
    : undefined;
  const machines = { breaker, rateLimiter, throttle };
  return same(policy.retryBudget, after.retryBudget) ? { machines, budget } : { machines };
}

/** Brings what the old engine knows into the machines that are new, as far as it fits. */
export function carryState(before: CallEngine, after: CallEngine, nowMs: number): Reconfigured {
  const kept: string[] = [];
  const notKept: string[] = [];
  const tell = (yes: boolean, text: string) => (yes ? kept : notKept).push(text);
  if (before.breaker !== undefined) carryBreaker(before, after, nowMs, tell);
  if (before.budget !== undefined && after.budget !== undefined) {
    carryBudget(before.budget, after.budget, nowMs);
    tell(true, "retry budget: its tokens");
  }
  const { rateLimiter: old, bulkhead } = before.admission;
  const { rateLimiter } = after.admission;
  if (old !== undefined && rateLimiter !== undefined) {
    carryPermits(old, before.policy, rateLimiter, after.policy, nowMs);
    tell(true, "rate limiter: its permits");
  }
  tellOfLearnt(before, after, tell);
  const underWay = bulkhead === undefined ? 0 : bulkhead.inFlight + bulkhead.waiting;
  if (underWay > 0) {
    const text = `bulkhead: ${underWay} attempts under way or waiting keep their places in the old one`;
    tell(false, `${text}, and the new one does not count them`);
  }
  return { kept, notKept };
}

/** Parts that learn from attempts: only an unchanged throttle goes on with what it knows. */
function tellOfLearnt(
  before: CallEngine,
  after: CallEngine,
  tell: (yes: boolean, text: string) => void,
): void {
  const { throttle } = before.admission;
  if (throttle !== undefined) {
    const same = throttle === after.admission.throttle;
    tell(same, "client throttle: how much was accepted lately");
  }
  if (before.policy.concurrencyLimiter !== undefined) {
    const { limit } = before.admission.bulkhead ?? {};
    tell(false, `concurrency limiter: the limit that it has learnt (${limit})`);
  }
  if ((before.policy.hedge?.quantile ?? 0) > 0) {
    tell(false, "hedge: the delay that it has learnt");
  }
}

function carryBreaker(
  before: CallEngine,
  after: CallEngine,
  nowMs: number,
  tell: (yes: boolean, text: string) => void,
): void {
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
