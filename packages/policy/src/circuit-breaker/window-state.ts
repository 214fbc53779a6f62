/** The content of a breaker's window as plain JSON, with ages instead of times, so that any clock can take it back. */
import { type CallWindow, CountWindow, FAILED, SLOW, TimeWindow } from "./windows.ts";

export type WindowState = ConsecutiveState | CountState | TimeState;

interface ConsecutiveState {
  readonly kind: "consecutive";
  readonly failures: number;
}

interface CountState {
  readonly kind: "count";
  /** One character per result, oldest first: "." fine, "s" slow, "f" failed, "b" both. */
  readonly results: string;
}

interface TimeState {
  readonly kind: "time";
  readonly sizeMs: number;
  readonly buckets: number;
  /** How far into its latest turn of `sizeMs` the window is; says when the slices end. */
  readonly phaseMs: number;
  readonly slices: readonly TimeSlice[];
}

interface TimeSlice {
  /** How many slices before the latest one; 0 for the latest. */
  readonly ago: number;
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

const LETTERS = ".fsb";

export function exportWindow(window: CallWindow, nowMs: number): WindowState {
  window.expire(nowMs);
  if (window instanceof TimeWindow) return exportTime(window, nowMs);
  if (!(window instanceof CountWindow)) return { kind: "consecutive", failures: window.failures };
  const { ring, next, calls } = window;
  let results = "";
  for (let i = calls; i > 0; i--) {
    results += LETTERS[ring[(next - i + ring.length) % ring.length] as number];
  }
  return { kind: "count", results };
}

function exportTime(window: TimeWindow, nowMs: number): TimeState {
  const { buckets, sizeMs, counts } = window;
  const slices: TimeSlice[] = [];
  for (let ago = buckets - 1; ago >= 0; ago--) {
    const at = window.placeOf(window.index - ago);
    const calls = counts[at] as number;
    if (calls === 0) continue;
    slices.push({ ago, calls, failures: counts[at + 1] as number, slow: counts[at + 2] as number });
  }
  const sinceOriginMs = window.calls === 0 ? 0 : Math.max(0, nowMs - window.originMs);
  return { kind: "time", sizeMs, buckets, phaseMs: sinceOriginMs % sizeMs, slices };
}

/** Takes an exported content, which state.ts has checked against this window, in place of its own. */
export function restoreWindow(window: CallWindow, state: WindowState, nowMs: number): void {
  window.clear();
  if (state.kind === "consecutive") {
    for (let i = 0; i < state.failures; i++) window.add(true, false, nowMs);
  } else if (state.kind === "count") {
    for (const letter of state.results) {
      const result = LETTERS.indexOf(letter);
      window.add((result & FAILED) !== 0, (result & SLOW) !== 0, nowMs);
    }
  } else if (window instanceof TimeWindow) {
    window.originMs = nowMs - state.phaseMs;
    window.index = window.indexAt(state.phaseMs);
    for (const { ago, calls, failures, slow } of state.slices) {
      window.put(window.placeOf(window.index - ago), calls, failures, slow);
    }
  }
}
