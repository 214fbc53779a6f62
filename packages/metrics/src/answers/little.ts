import type { RunResult } from "../result.ts";

/** Little's law for one service: the mean number of requests in it = their rate x the mean time that each stays. */
export interface LittleCheck {
  readonly service: string;
  /** L: requests in the service, averaged over the run. */
  readonly present: number;
  /** lambda: requests that came, per second of the run. */
  readonly perSecond: number;
  /** W: mean time in the service, in milliseconds, of requests that are over. */
  readonly stayMs: number;
  /** lambda x W, in requests. */
  readonly predicted: number;
  /** How far the two may be apart: what requests still under way at the end can make of it, and 0.1 % for rounding. */
  readonly tolerance: number;
  readonly holds: boolean;
}

const ROUNDING = 0.001;

/**
 * Checks J. D. C. Little's L = lambda W (Operations Research 9 (1961) 383) on every service whose requests were counted.
 * The law holds exactly for a run that begins and ends empty. What is still in a service at the end counts in L and not
 * in W: each such request can move L by one at most, and lambda W by its share of all that came.
 */
export function littleChecks({ services, endedAtMs }: RunResult): LittleCheck[] {
  return services.flatMap(({ name, presence, arrived, inFlight }) => {
    if (presence === undefined || presence.left === 0 || endedAtMs === 0) return [];
    const present = presence.areaMs / endedAtMs;
    const stayMs = presence.stayedMs / presence.left;
    const predicted = (arrived / endedAtMs) * stayMs;
    const underWay = inFlight + (predicted * inFlight) / arrived;
    const tolerance = ROUNDING * Math.max(present, predicted) + underWay;
    return [
      {
        service: name,
        present,
        perSecond: (arrived / endedAtMs) * 1000,
        stayMs,
        predicted,
        tolerance,
        holds: Math.abs(present - predicted) <= tolerance,
      },
    ];
  });
}
