import type { ServiceResult } from "../result.ts";
import { CountSeries, LevelSeries } from "../series.ts";
import { sum } from "./sum.ts";

/** The service that a record is about; workers are Infinity for unlimited. */
export interface RecordedService {
  readonly name: string;
  readonly instances: number;
  readonly workers: number;
}

/** A request that is over, as its record needs it. */
interface EndedRequest {
  /** Nobody waited for the answer any more. */
  readonly abandoned: boolean;
  /** How long it held a worker. */
  readonly heldMs: number;
}

/** What a run writes down about one service. */
export class ServiceRecord {
  readonly #service: RecordedService;
  readonly arrived: CountSeries;
  readonly ok: CountSeries;
  readonly failed: CountSeries;
  readonly rejected: CountSeries;
  readonly wasted: CountSeries;
  readonly queue: LevelSeries;
  readonly busy: LevelSeries;
  lost = 0;
  /** Counted on its own, not as what is left over, so that conservation can fail when something is forgotten. */
  inFlight = 0;
  lastBusyMs = 0;
  #dropped = 0;
  #wastedMs = 0;

  constructor(service: RecordedService, bucketMs: number) {
    this.#service = service;
    this.arrived = new CountSeries(bucketMs);
    this.ok = new CountSeries(bucketMs);
    this.failed = new CountSeries(bucketMs);
    this.rejected = new CountSeries(bucketMs);
    this.wasted = new CountSeries(bucketMs);
    this.queue = new LevelSeries(bucketMs);
    this.busy = new LevelSeries(bucketMs);
  }

  answered(request: EndedRequest, nowMs: number): void {
    this.inFlight--;
    if (!request.abandoned) return;
    this.wasted.add(nowMs);
    this.#wastedMs += request.heldMs;
  }

  dropped(request: EndedRequest): void {
    this.inFlight--;
    this.#dropped++;
    this.#wastedMs += request.heldMs;
  }

  result(buckets: number, endMs: number): ServiceResult {
    const series = {
      arrived: this.arrived.toArray(buckets),
      ok: this.ok.toArray(buckets),
      failed: this.failed.toArray(buckets),
      rejected: this.rejected.toArray(buckets),
      wasted: this.wasted.toArray(buckets),
      queue: this.queue.toMeans(buckets, endMs),
      busy: this.busy.toMeans(buckets, endMs),
    };
    const { name, instances, workers } = this.#service;
    const [arrived, ok, failed] = [sum(series.arrived), sum(series.ok), sum(series.failed)];
    const rejected = sum(series.rejected);
    return {
      name,
      instances,
      workers: workers < Infinity ? workers : null,
      arrived,
      ok,
      failed,
      rejected,
      lost: this.lost,
      dropped: this.#dropped,
      inFlight: this.inFlight,
      wasted: sum(series.wasted),
      busyMs: this.busy.integral(endMs),
      wastedMs: this.#wastedMs,
      lastBusyMs: this.busy.level > 0 ? endMs : this.lastBusyMs,
      maxQueue: this.queue.max,
      series,
    };
  }
}
