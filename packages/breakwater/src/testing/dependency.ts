import type { Duration } from "@breakwater/policy";
import { durationMs, type LatencyOption, latencyOf, shareOf } from "./options.ts";
import { uniformFor } from "./random.ts";

/** One attempt, as the simulated dependency sees it. */
export interface SimulatedAttempt {
  readonly atMs: number;
  /** 1 for the first call. */
  readonly call: number;
  /** 1 for the first attempt of its call. */
  readonly attempt: number;
  /** Attempts that the dependency works on, this one included. */
  readonly underWay: number;
  /** A uniform number, 0 <= u < 1, of this attempt's own. */
  readonly uniform: number;
}

/** What the dependency does with an attempt. */
export type SimulatedAnswer =
  | "hang"
  | {
      readonly latency: Duration;
      /** True unless given. */
      readonly ok?: boolean;
      /** What a failing server says about when to come again. */
      readonly retryAfterMs?: number;
    };

/** How the dependency behaves from a moment on, until the next phase. */
export interface DependencyPhase {
  /** 0 unless given. */
  readonly from?: Duration;
  /** 10 ms unless given. */
  readonly latency?: LatencyOption;
  /** Share of attempts that fail; 0 unless given. */
  readonly errorRate?: number;
  /** Share of attempts that are never answered; 0 unless given. */
  readonly hangRate?: number;
}

/** A function of the attempt, or phases in order of time. */
export type SimulatedDependency =
  | ((attempt: SimulatedAttempt) => SimulatedAnswer)
  | readonly DependencyPhase[];

/** The dependency as a function, whichever way it was given. */
export function answerer(
  dependency: SimulatedDependency,
  seed: number,
): (attempt: SimulatedAttempt) => SimulatedAnswer {
  if (typeof dependency === "function") return dependency;
  const phases = dependency.map(readPhase);
  phases.forEach(({ fromMs }, index) => {
    const before = phases[index - 1];
    if (before !== undefined && before.fromMs > fromMs) {
      throw new RangeError(`dependency[${index}].from: phases must be in order of time`);
    }
  });
  return ({ atMs, call, attempt }) => {
    const phase = phases.findLast(({ fromMs }) => fromMs <= atMs) ?? BEFORE_ANY;
    if (uniformFor(seed, "hang", call, attempt) < phase.hangs) return "hang";
    const latency = phase.latencyAt(uniformFor(seed, "latency", call, attempt));
    return { latency, ok: uniformFor(seed, "error", call, attempt) >= phase.errors };
  };
}

const USUAL_LATENCY = "10ms";

function readPhase(phase: DependencyPhase, index: number) {
  const { from = 0, latency = USUAL_LATENCY, errorRate = 0, hangRate = 0 } = phase;
  const at = `dependency[${index}]`;
  return {
    fromMs: durationMs(`${at}.from`, from),
    latencyAt: latencyOf(`${at}.latency`, latency),
    errors: shareOf(`${at}.errorRate`, errorRate),
    hangs: shareOf(`${at}.hangRate`, hangRate),
  };
}

/** A dependency is well until its first phase begins. */
const BEFORE_ANY = readPhase({}, 0);
