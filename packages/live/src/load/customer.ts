import type { OutcomeName } from "@breakwater/metrics";
import type { Key } from "@breakwater/scenario/plan";
import { commonMs } from "../synthetic/timing.ts";
import type { LiveEdge } from "./live-edge.ts";

/** A customer's call that has ended, in milliseconds since 1970. */
export interface CustomerCall {
  /** When it was due, whenever it was sent. */
  readonly dueMs: number;
  readonly endedMs: number;
  readonly outcome: OutcomeName;
  readonly degraded: boolean;
}

/** Customers of one load: makes their calls, and writes down how they ended. */
export class Customers {
  /** Calls that are under way. */
  inFlight = 0;
  /** Calls that were not made because too many were under way. */
  refused = 0;
  readonly ended: CustomerCall[] = [];
  /** When calls were due that have not ended. */
  readonly open = new Set<{ readonly dueMs: number }>();
  readonly edge: LiveEdge;
  readonly #mostInFlight: number;
  readonly #cancel: AbortSignal;

  /** @param cancel at the end of the run: whoever still waits leaves */
  constructor(edge: LiveEdge, mostInFlight: number, cancel: AbortSignal) {
    this.edge = edge;
    this.#mostInFlight = mostInFlight;
    this.#cancel = cancel;
  }

  /** @param dueMs when the call should have gone out, on the common clock */
  async call(key: Key, dueMs: number): Promise<void> {
    if (this.inFlight >= this.#mostInFlight) {
      this.refused++;
      this.ended.push({ dueMs, endedMs: commonMs(), outcome: "rejected", degraded: false });
      return;
    }
    const open = { dueMs };
    this.open.add(open);
    this.inFlight++;
    const { outcome, degraded } = await this.edge.call({ key, depth: 0, part: 0 });
    this.inFlight--;
    if (this.#cancel.aborted) return;
    this.open.delete(open);
    this.ended.push({ dueMs, endedMs: commonMs(), outcome, degraded });
  }
}
