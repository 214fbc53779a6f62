/** One service of the system: its server, its workers, its dependencies, its faults, and the settings that it follows. */
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { protect } from "breakwater/fastify";
import type { Incoming } from "breakwater/http";
import { Values } from "breakwater/prometheus";
import { type FactRecorder, recordFacts } from "breakwater/record";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { CallerName, Fault, ServiceName } from "../settings/document.ts";
import { faultOf, latencyMs, policyOf } from "../settings/effects.ts";
import { Edge } from "./edge.ts";
import { followSettings, type Revised } from "./follow.ts";
import { listening, type RunningService } from "./listening.ts";
import type { ServiceOptions } from "./options.ts";
import { HttpProblem } from "./problem.ts";
import { type MetricsPart, policyMetrics, serve } from "./server.ts";
import { type Statsd, statsdOf } from "./statsd.ts";
import { Workers } from "./workers.ts";

/** What a handler works with while it has a worker. */
export interface Task {
  readonly worker: number;
  /** What the calls for this request are told of it. */
  readonly from: Incoming;
  /** Its own work, which takes the service time. */
  work(): Promise<void>;
}

export class Service<Dependency extends string = never> {
  readonly name: ServiceName;
  readonly edges: Readonly<Record<Dependency, Edge>>;
  /** Where one is to be sent figures. */
  readonly statsd: Statsd | undefined;
  readonly #options: ServiceOptions;
  readonly #workers: Workers | undefined;
  readonly #metrics: MetricsPart[] = [];
  #fault: Fault = {};
  #revision = 0;
  #cutConnections: () => void = () => {};

  constructor(
    name: ServiceName,
    urls: Readonly<Record<Dependency, string>>,
    options: ServiceOptions,
  ) {
    this.name = name;
    this.#options = options;
    this.statsd = statsdOf(name, options.statsd);
    const { workers = 0, breakerScope = "instance" } = options;
    this.#workers = workers > 0 ? new Workers(workers) : undefined;
    const policies = breakerScope === "worker" ? Math.max(1, workers) : 1;
    const made = Object.entries<string>(urls).map(([edge, url]) => {
      return [edge, new Edge({ name: edge, url, policies })] as const;
    });
    this.edges = Object.fromEntries(made) as Record<Dependency, Edge>;
    this.#follow({ revision: 0, settings: {} });
  }

  addMetrics(part: MetricsPart): void {
    this.#metrics.push(part);
  }

  /** Listens, with these routes under the protection that all services have. */
  async start(routes: (app: FastifyInstance) => void): Promise<RunningService> {
    const { app, addMetrics } = await serve(this.name, this.#options);
    this.statsd?.measure(app);
    const edges: Edge[] = Object.values(this.edges);
    addMetrics(policyMetrics(edges.flatMap(({ policies }) => policies)));
    for (const part of [() => this.#text(), ...this.#metrics]) addMetrics(part);
    await app.register(async (scope) => {
      await scope.register(protect, {});
      routes(scope);
    });
    app.server.prependListener("connection", (socket) => {
      if (this.#fault.outage) socket.resetAndDestroy();
    });
    this.#cutConnections = cutter(app);
    const ends = this.#begin(edges);
    app.addHook("onClose", async () => {
      for (const end of ends) end();
    });
    return listening(app, this.name, this.#options);
  }

  #begin(edges: readonly Edge[]): (() => void)[] {
    const { settingsUrl, record } = this.#options;
    const ends: (() => void)[] = [];
    for (const { name, policies } of edges) {
      for (const policy of policies) this.statsd?.follow(name, policy);
    }
    if (settingsUrl !== undefined) {
      ends.push(followSettings(settingsUrl, (now) => this.#follow(now)));
    }
    if (record !== undefined) {
      const policies = edges.map((edge) => [
        edge.name,
        edge.policies.length === 1 ? (edge.policies[0] as never) : edge.policies,
      ]);
      const recorder: FactRecorder = recordFacts(Object.fromEntries(policies), record);
      ends.push(() => recorder.stop());
    }
    return ends;
  }

  /** Gives a request to a worker, makes the faults strike it, and runs the handler. */
  handle<T>(request: FastifyRequest, handler: (task: Task) => Promise<T>): Promise<T> {
    const { deadlineAtMs, attempt, priority, signal } = request.breakwater;
    // A worker that notices nothing of its caller must not tell its dependencies of its deadline either.
    const from: Incoming =
      this.#options.abandonedWork === "continues"
        ? { deadlineAtMs: undefined, attempt, priority }
        : { deadlineAtMs, attempt, priority, signal };
    const { serviceTimeMs = 0 } = this.#options;
    const run = async (worker: number): Promise<T> => {
      const work = async (): Promise<void> => {
        await taking(serviceTimeMs + latencyMs(this.#fault, Math.random()), from.signal);
        this.#failSome();
      };
      return handler({ worker, from, work });
    };
    return this.#workers === undefined ? run(0) : this.#workers.run(run, from.signal);
  }

  #failSome(): void {
    const { errors } = this.#fault;
    if (errors === undefined) return;
    const { share = 1, status = 503 } = errors;
    if (Math.random() < share) {
      throw new HttpProblem(status, `${this.name} fails, for the settings say so`);
    }
  }

  #follow({ revision, settings }: Revised): void {
    this.#revision = revision;
    this.#fault = faultOf(settings, this.name);
    if (this.#fault.outage) this.#cutConnections();
    const { policies } = this.#options;
    for (const edge of Object.values<Edge>(this.edges)) {
      const first = revision === 0 && policies !== undefined;
      const options = first
        ? (policies[edge.name] ?? {})
        : policyOf(settings, this.name as CallerName, edge.name);
      edge.reconfigure(options, settings.last_known);
    }
  }

  #text(): string {
    const gauge = (name: string, help: string, value: number): string => {
      const values = new Values(`homepage_${name}`, "gauge", help, ["service"]);
      values.set([this.name], value);
      return values.text();
    };
    const workers = this.#workers;
    const settings = gauge("settings_revision", "Which settings are in force.", this.#revision);
    if (workers === undefined) return settings;
    const busy = gauge("workers_busy", "Workers that have a request.", workers.busy);
    return settings + busy + gauge("workers_waiting", "Requests without one.", workers.waiting);
  }
}

/** Ends all connections of a server at once, as when its process dies. */
function cutter(app: FastifyInstance): () => void {
  const open = new Set<import("node:net").Socket>();
  app.server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return () => {
    for (const socket of open) socket.resetAndDestroy();
  };
}

/**
 * Waits until a moment, which a single timer may miss by a millisecond in either direction.
 * Rejects with the signal's reason.
 */
async function taking(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const untilMs = performance.now() + ms;
  for (let leftMs = ms; leftMs > 0; leftMs = untilMs - performance.now()) {
    const waiting = pause(Math.max(1, Math.floor(leftMs)), undefined, signal && { signal });
    await waiting.catch(() => signal?.throwIfAborted());
  }
}
