import { EventLog } from "@breakwater/metrics";
import type { Load, Scenario } from "@breakwater/scenario";
import { type Key, seedKey } from "@breakwater/scenario/plan";
import { Kernel } from "../src/kernel/kernel.ts";
import type { Edge } from "../src/model/edge.ts";
import type { CallOrigin, EdgeCall } from "../src/model/edge-call.ts";
import { later } from "../src/model/later.ts";
import { ClosedSource } from "../src/model/load/closed.ts";
import { OpenSource } from "../src/model/load/open.ts";
import type { World } from "../src/model/world.ts";
import { resolved } from "./run.ts";

export interface Arrival extends Key {
  readonly atMs: number;
}

type WithoutTarget<L> = L extends unknown ? Omit<L, "to"> : never;

/** The requests that a load makes by itself, where every answer takes `answerMs`. */
export function arrivals(
  load: WithoutTarget<Load>,
  { durationMs, seed = 1, answerMs = 10 }: { durationMs: number; seed?: number; answerMs?: number },
): Arrival[] {
  const scenario: Scenario = {
    duration: durationMs,
    services: { shop: { endpoints: { buy: { steps: [] } } } },
    load: { users: { ...load, to: "shop" } as Load },
  };
  const { semantics, bucketMs, load: loads } = resolved(scenario);
  const kernel = new Kernel();
  const events = new EventLog();
  const world: World = { kernel, key: seedKey(seed), semantics, bucketMs, events, live: 0 };
  const made: Arrival[] = [];
  const answer = ({ hi, lo, parent, optional }: CallOrigin) =>
    kernel.after(
      answerMs,
      later(() => parent.answered({ hi, lo } as EdgeCall, optional)),
    );
  const edge = {
    beginWith(origin: CallOrigin) {
      made.push({ atMs: kernel.nowMs, hi: origin.hi, lo: origin.lo });
      answer(origin);
    },
  } as Edge;
  for (const each of loads) {
    const { source } = each;
    if (source.kind === "open") new OpenSource(world, edge, each, source).start();
    else new ClosedSource(world, edge, each, source).start();
  }
  kernel.run(durationMs);
  return made;
}

/** How many of these times lie in each window from 0 on. */
export function perWindow(
  times: readonly { atMs: number }[],
  windowMs: number,
  windows: number,
): number[] {
  const counts = new Array<number>(windows).fill(0);
  for (const { atMs } of times) {
    const window = Math.floor(atMs / windowMs);
    if (window < windows) counts[window] = (counts[window] as number) + 1;
  }
  return counts;
}
