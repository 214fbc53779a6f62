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

export function report(
  world: World,
  type: RunEvent["type"],
  subject: string,
  part = "",
  reason = "",
): void {
  world.events.add({ atMs: world.kernel.nowMs, type, subject, part, reason });
}
