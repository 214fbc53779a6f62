/**
 * One more attempt beside a slow one: what a hedge adds to the flow of attempts, so that an engine whose policies do
 * not hedge is smaller.
 */
import { NO_PERMIT } from "../breaker.ts";
import type { Hedger } from "../hedge/machine.ts";
import type { Admission } from "./admission.ts";
import type { AttemptFlow } from "./attempt-flow.ts";
import type { Call } from "./call.ts";
import type { AttemptRefusal } from "./facts.ts";

/** Whether a hedged call still has an attempt out after one has ended, or sends another now. */
export function goOn(flow: AttemptFlow, call: Call, nowMs: number): boolean {
  const hedger = flow.hedger as Hedger;
  if (hedger.wantsAnother(call, nowMs)) hedge(flow, call, nowMs);
  if (!call.latestOut && (call.others === undefined || call.others.length === 0)) return false;
  call.wakeAtMs = hedger.wakeAtMs(call, flow.timeoutMs);
  return true;
}

/** One more attempt beside those under way: at once, or not at all. */
function hedge(flow: AttemptFlow, call: Call, nowMs: number): void {
  const { budget, report } = flow;
  call.hedgeAtMs = Number.POSITIVE_INFINITY;
  if (budget !== undefined && !budget.allows(nowMs)) {
    report.hedgeSkipped(call, "budgetExhausted", nowMs);
    return;
  }
  const latest = setLatestAside(call);
  const admitted = askAtOnce(flow.admission, call, nowMs);
  if (admitted === "goes") {
    // Paid for only when it goes out.
    budget?.withdraw(nowMs);
    call.tries++;
    flow.send(call, nowMs);
  } else {
    takeLatestBack(call, latest);
    call.refusal = admitted;
    report.hedgeSkipped(call, admitted.reason, nowMs);
  }
}

/** So it looks before it asks: to ask may put somebody out of the line. */
function askAtOnce(admission: Admission, call: Call, nowMs: number): "goes" | AttemptRefusal {
  const { breaker, rateLimiter, bulkhead } = admission;
  if (breaker !== undefined && !breaker.admits(nowMs)) return breaker.refusal(nowMs);
  if (rateLimiter !== undefined && rateLimiter.retryAfterMs(nowMs) > 0) {
    return { reason: "rateLimited", retryAfterMs: undefined };
  }
  if (bulkhead !== undefined && (bulkhead.waiting > 0 || bulkhead.inFlight >= bulkhead.limit)) {
    return { reason: "bulkheadFull", retryAfterMs: undefined };
  }
  // There is nothing to wait for.
  return admission.ask(call, nowMs) as "goes" | AttemptRefusal;
}

/** Makes room in the call for the state of one more attempt. */
function setLatestAside(call: Call): boolean {
  if (!call.latestOut) return false;
  const { attempt, attemptStartedAtMs, permit } = call;
  call.others ??= [];
  call.others.push({ attempt, attemptStartedAtMs, permit });
  call.latestOut = false;
  call.permit = NO_PERMIT;
  return true;
}

/** Undoes setLatestAside, when the attempt did not go out after all. */
function takeLatestBack(call: Call, wasAside: boolean): void {
  const latest = wasAside ? call.others?.pop() : undefined;
  if (latest === undefined) return;
  call.latestOut = true;
  call.attemptStartedAtMs = latest.attemptStartedAtMs;
  call.permit = latest.permit;
}
