/**
 * The attempts of a call that are out. A call without hedging has at most one, the latest, whose state is kept in the
 * call itself; the earlier ones of a hedged call stand beside it in a list.
 */
import { NO_PERMIT } from "../breaker.ts";
import type { AttemptState, Call } from "./call.ts";

/** Whether the engine waits for the answer to this attempt. */
export function isOut(call: Call, attempt: number): boolean {
  if (attempt === call.attempt) return call.latestOut;
  return call.others?.some((other) => other.attempt === attempt) ?? false;
}

export function anyOut(call: Call): boolean {
  return call.latestOut || (call.others !== undefined && call.others.length > 0);
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

/** Makes room in the call for the state of one more attempt. */
export function setLatestAside(call: Call): boolean {
  if (!call.latestOut) return false;
  const { attempt, attemptStartedAtMs, permit } = call;
  call.others ??= [];
  call.others.push({ attempt, attemptStartedAtMs, permit });
  call.latestOut = false;
  call.permit = NO_PERMIT;
  return true;
}

/** Undoes setLatestAside, when the attempt did not go out after all. */
export function takeLatestBack(call: Call, wasAside: boolean): void {
  const latest = wasAside ? call.others?.pop() : undefined;
  if (latest === undefined) return;
  call.latestOut = true;
  call.attemptStartedAtMs = latest.attemptStartedAtMs;
  call.permit = latest.permit;
}

function takeLatest(call: Call): AttemptState | undefined {
  if (!call.latestOut) return undefined;
  call.latestOut = false;
  return call;
}
