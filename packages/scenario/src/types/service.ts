import type { Duration } from "@breakwater/policy";
import type { Balancer, HealthChecks } from "./balancing.ts";
import type { LiveEndpoint, LiveService } from "./live.ts";
import type { Step } from "./step.ts";

/** Work that begins with n requests in service, its own included, takes 1 + perRequest x max(0, n - from) times as long. */
export interface Slowdown {
  perRequest: number;
  /** So many requests do not slow one another down. 1 unless set. */
  from?: number;
}

export interface Service {
  about?: string;
  /** Copies of the service. 1 unless set. */
  instances?: number;
  /** Where its instances stand: instance i in the zone i modulo their number. */
  zones?: string[];
  /** Which instance a call goes to; in turn unless set. */
  balancer?: Balancer;
  /** Asks every instance again and again whether it is well. */
  health?: HealthChecks;
  /** Requests that one instance works on at the same time. "unlimited" unless set. */
  workers?: number | "unlimited";
  /** Whether a worker waits while a call of its request is out (true, as a thread does), or takes up others. */
  workersWait?: boolean;
  /** Requests that may wait for a worker, per instance. */
  queue?: {
    capacity?: number | "unlimited";
    order?: "fifo" | "lifo";
    /** One that has waited longer when its turn comes is refused. */
    maxWait?: Duration;
  };
  /** Work takes longer the more requests an instance has in service. */
  slowdown?: Slowdown;
  endpoints: Record<string, Endpoint>;
  /** The real service that stands here in a live run; without it a synthetic one does the modelled work. */
  live?: LiveService;
}

export interface Endpoint {
  about?: string;
  /** Share of requests that this endpoint answers with an error though it is healthy. 0 unless set. */
  errorRate?: number;
  /** What a request does, in order. */
  steps: Step[];
  /** How the real service is asked for this in a live run. */
  live?: LiveEndpoint;
}
