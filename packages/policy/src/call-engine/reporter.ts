import type { LimitDecision } from "../concurrency-limiter/limit-algorithm.ts";
import type { StopReason } from "../retry/machine.ts";
import type { AttemptOutcome } from "./admission.ts";
import type { AttemptState, Call } from "./call.ts";
import type { AttemptRefusal, FactListener, HedgeSkipReason } from "./facts.ts";

/** Tells what happens to calls, when somebody listens. Without a listener nothing is made. */
export class Reporter {
  listener: FactListener | undefined;

  constructor(listener: FactListener | undefined) {
    this.listener = listener;
  }

  attemptStarted({ id: callId, attempt }: Call, atMs: number): void {
    this.listener?.({ type: "attemptStarted", atMs, callId, attempt });
  }

  attemptEnded(
    call: Call,
    state: AttemptState,
    outcome: AttemptOutcome,
    atMs: number,
    overloaded: boolean,
  ): void {
    if (this.listener === undefined) return;
    const { attempt, attemptStartedAtMs } = state;
    const latencyMs = atMs - attemptStartedAtMs;
    const { id: callId } = call;
    const why = overloaded ? ({ overloaded } as const) : undefined;
    this.listener({ type: "attemptEnded", atMs, callId, attempt, outcome, latencyMs, ...why });
  }

  attemptQueued({ id: callId, wakeAtMs: untilMs, waitsFor }: Call, atMs: number): void {
    if (waitsFor === "backoff") return;
    this.listener?.({ type: "attemptQueued", atMs, callId, waitsFor, untilMs });
  }

  attemptRefused({ id: callId }: Call, refusal: AttemptRefusal, atMs: number): void {
    const { reason, retryAfterMs } = refusal;
    this.listener?.({ type: "attemptRefused", atMs, callId, reason, retryAfterMs });
  }

  retryScheduled({ id: callId, tries }: Call, dueAtMs: number, atMs: number): void {
    const nextTry = tries + 1;
    this.listener?.({ type: "retryScheduled", atMs, callId, nextTry, delayMs: dueAtMs - atMs });
  }

  retryStopped({ id: callId }: Call, reason: StopReason, atMs: number): void {
    this.listener?.({ type: "retryStopped", atMs, callId, reason });
  }

  hedgeSkipped({ id: callId }: Call, reason: HedgeSkipReason, atMs: number): void {
    this.listener?.({ type: "hedgeSkipped", atMs, callId, reason });
  }

  limitDecided({ id: callId }: Call, decision: LimitDecision, atMs: number): void {
    if (this.listener === undefined || decision.change === "hold") return;
    const { limit, reason } = decision;
    this.listener({ type: "limitChanged", atMs, callId, limit, reason });
  }

  lateAnswer({ id: callId }: Call, attempt: number, taken: boolean, atMs: number): void {
    this.listener?.({ type: "lateAnswer", atMs, callId, attempt, taken });
  }

  callEnded({ id: callId, outcome, attempt: attempts, cause }: Call, atMs: number): void {
    this.listener?.({ type: "callEnded", atMs, callId, outcome, attempts, cause });
  }
}
