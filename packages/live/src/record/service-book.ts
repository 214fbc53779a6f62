import { type RecordedService, ServiceRecord, type ServiceResult } from "@breakwater/metrics";
import type { WorkLine } from "../synthetic/protocol.ts";
import type { BookSize } from "./edge-book.ts";
import { type EdgeEvent, inOrder } from "./timeline.ts";

/** What one process of a service wrote down, from its start to its end. Times are from the start of the run. */
export interface Generation {
  readonly lines: readonly WorkLine[];
  /** When it was killed; undefined when it lived to the end of the run. */
  readonly killedAtMs: number | undefined;
}

export interface ServiceBook {
  readonly result: ServiceResult;
  /** When a request first found no room; undefined when all did. */
  readonly fullAtMs: number | undefined;
}

type Entry = WorkLine | { readonly atMs: number; readonly is: "lost"; readonly requests: number };

/** The books of a service from what its processes wrote down themselves. */
export function keepService(
  service: RecordedService,
  generations: readonly Generation[],
  size: BookSize,
): ServiceBook {
  const record = new ServiceRecord(service, size.bucketMs);
  const entries = inOrder(generations.flatMap(withItsEnd));
  let fullAtMs: number | undefined;
  for (const entry of entries) {
    if (entry.is === "rejected") fullAtMs ??= entry.atMs;
    write(record, entry);
  }
  return { result: record.result(size.buckets, size.endedAtMs), fullAtMs };
}

/** The same for a service with code of its own, from what its callers saw: who works, how long, with what end. */
export function keepSeenService(
  service: RecordedService,
  incoming: readonly (readonly EdgeEvent[])[],
  size: BookSize,
): ServiceResult {
  return keepService(service, [{ lines: incoming.flatMap(seenLines), killedAtMs: undefined }], size)
    .result;
}

/** A process that is killed loses its requests and frees its workers. */
function withItsEnd({ lines, killedAtMs: atMs }: Generation): Entry[] {
  if (atMs === undefined) return [...lines];
  const levels = { queue: 0, busy: 0 };
  let requests = 0;
  for (const line of lines) {
    if (line.is === "queue" || line.is === "busy") levels[line.is] += line.by;
    else if (line.is === "arrived") requests++;
    else if (ENDS.has(line.is)) requests--;
  }
  return [
    ...lines,
    { atMs, is: "queue", by: -levels.queue },
    { atMs, is: "busy", by: -levels.busy },
    { atMs, is: "lost", requests },
  ];
}

const ENDS: ReadonlySet<string> = new Set(["ok", "failed", "rejected", "dropped"]);

function write(record: ServiceRecord, entry: Entry): void {
  const { atMs } = entry;
  switch (entry.is) {
    case "arrived":
      record.arrived.add(atMs);
      record.inFlight++;
      break;
    case "queue":
      record.queue.change(atMs, entry.by);
      break;
    case "busy":
      record.busy.change(atMs, entry.by);
      if (entry.by < 0) record.lastBusyMs = atMs;
      break;
    case "ok":
    case "failed":
      record[entry.is].add(atMs);
      record.answered(entry, atMs);
      break;
    case "rejected":
      record.inFlight--;
      record.rejected.add(atMs);
      break;
    case "dropped":
      record.dropped(entry);
      break;
    case "lost":
      record.inFlight -= entry.requests;
      record.lost += entry.requests;
      break;
    default:
      break;
  }
}

/** An attempt keeps the service busy while its caller waits for it; what becomes of it afterwards nobody saw. */
function seenLines(events: readonly EdgeEvent[]): WorkLine[] {
  let refused = 0;
  return inOrder(events).flatMap((event): WorkLine[] => {
    const { atMs } = event;
    if (event.is === "refused") refused++;
    if (event.is !== "attemptEnded") return [];
    // Told just before the attempt's end: this one never got there.
    if (event.outcome === "failed" && refused > 0) {
      refused--;
      return [];
    }
    const { outcome, tookMs } = event;
    const left = outcome === "timedOut" || outcome === "cancelled";
    const is = left ? "dropped" : outcome;
    return [
      { atMs: atMs - tookMs, is: "arrived", edge: "" },
      { atMs: atMs - tookMs, is: "busy", by: 1 },
      { atMs, is: "busy", by: -1 },
      { atMs, is, abandoned: left, heldMs: tookMs },
    ];
  });
}
