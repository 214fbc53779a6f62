import { filled } from "../options/fill.ts";
import type { ResolvedBulkhead, ResolvedQueue } from "./machine.ts";
import type { BulkheadOptions, QueueOptions } from "./options.ts";

export const QUEUE = { size: 0, order: "fifo" } as const;

export function resolveBulkhead({ concurrent, queue }: BulkheadOptions): ResolvedBulkhead {
  return { concurrent, queue: resolveQueue(queue) };
}

export function resolveQueue(queue: QueueOptions | undefined): ResolvedQueue {
  const { size, order, maxWait = Infinity } = filled(queue, QUEUE);
  return { size, order, maxWaitMs: maxWait };
}
