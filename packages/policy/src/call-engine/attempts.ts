/**
 * The attempts of a call that are out. A call without hedging has at most one, the latest, whose state is kept in the
 * call itself; the earlier ones of a hedged call stand beside it in a list.
 */
import type { AttemptState, Call } from "./call.ts";

/** Whether the engine waits for the answer to this attempt. */
export function isOut(call: Call, attempt: number): boolean {
  if (attempt === call.attempt) return call.latestOut;
  return call.others?.some((other) => other.attempt === attempt) ?? false;
}

/** Takes out the attempt with this number; undefined when it is not out. */
export function takeAttempt(call: Call, attempt: number): AttemptState | undefined {
  if (attempt === call.attempt) return takeLatest(call);
  const index = call.others?.findIndex((other) => other.attempt === attempt) ?? -1;
  return index < 0 ? undefined : call.others?.splice(index, 1)[0];
}

/** Takes out an attempt whose timeout has passed, the earliest first. */
export function takeDue(call: Call, timeoutMs: number, nowMs: number): AttemptState | undefined {
  const [earliest] = call.others ?? [];
  const { attemptStartedAtMs } = earliest ?? call;
  if (attemptStartedAtMs + timeoutMs > nowMs) return undefined;
  return earliest === undefined ? takeLatest(call) : call.others?.shift();
}

/** Takes out any attempt, the earliest first. */
export function takeAny(call: Call): AttemptState | undefined {
  return call.others?.shift() ?? takeLatest(call);
}

function takeLatest(call: Call): AttemptState | undefined {
  if (!call.latestOut) return undefined;
  call.latestOut = false;
  return call;
}
