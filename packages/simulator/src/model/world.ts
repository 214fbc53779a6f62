import type { EventLog, RunEvent } from "@breakwater/metrics";
import type { ResolvedSemantics } from "@breakwater/scenario";
import type { Key } from "@breakwater/scenario/plan";
import type { Kernel } from "../kernel/kernel.ts";

/** What every part of one run shares. */
export interface World {
  readonly kernel: Kernel;
  /** The root of all random keys. */
  readonly key: Key;
  readonly semantics: ResolvedSemantics;
  readonly bucketMs: number;
  readonly events: EventLog;
  /** Customers' calls and requests that are still on their way or worked on; the run may end when it is 0. */
  live: number;
}

/** Purposes under a request's key that no step uses: steps count from 1. */
export const PURPOSE = {
  jitter: 0x4a000000,
  throttle: 0x4a800000,
  requestLatency: 0x4b000000,
  answerLatency: 0x4b000001,
  endpointError: 0x4c000000,
  arrival: 0x4d000000,
  think: 0x4e000000,
} as const;

export function report(
  world: World,
  type: RunEvent["type"],
  subject: string,
  part = "",
  reason = "",
): void {
  world.events.add({ atMs: world.kernel.nowMs, type, subject, part, reason });
}
