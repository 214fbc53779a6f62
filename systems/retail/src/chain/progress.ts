/** How far an entry is after a try, and when to look at it again. */
import type { CallResult } from "breakwater";
import type { Entry, Progress } from "../store/store.ts";
import type { Told } from "./edge.ts";

/** Between two looks at the same entry: half of how long it has been as it is, within these. Milliseconds. */
const SOONEST_MS = 50;
const LATEST_MS = 2000;

/** Whether the try never went out. */
export function isRefusal({ outcome }: CallResult<Told>): boolean {
  return outcome === "shortCircuited" || outcome === "rejected";
}

export function progressOf(entry: Entry, result: CallResult<Told>, nowMs: number): Progress {
  const next = nextOf(entry, result);
  const changedAtMs = next.state === entry.state ? entry.changedAtMs : nowMs;
  const waitMs = Math.min(Math.max((nowMs - changedAtMs) / 2, SOONEST_MS), LATEST_MS);
  return { ...next, changedAtMs, dueAtMs: Math.round(nowMs + waitMs) };
}

function nextOf({ state, nextStatus, note }: Entry, result: CallResult<Told>) {
  if (result.outcome !== "ok") return { state, nextStatus, note };
  const { kind, status, complete, text } = result.value;
  if (kind === "refused") return { state: "refused", nextStatus, note: text } as const;
  return { state: complete ? "done" : "delivered", nextStatus: status, note } as const;
}
