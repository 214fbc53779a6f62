/**
 * A service that has no code of its own: does the work and the calls that the scenario models, over real HTTP, with
 * as many workers and as long a queue.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { ResolvedScenario, ResolvedService } from "@breakwater/scenario";
import {
  compileSteps,
  derive,
  edgeKey,
  type Key,
  type Op,
  PURPOSE,
  uniform,
} from "@breakwater/scenario/plan";
import type { LiveEdge } from "../load/live-edge.ts";
import { InsideFaults, type Strikable } from "./inside-faults.ts";
import { endpointPath, HEADER, readKey, type SyntheticConfig } from "./protocol.ts";
import { type House, RequestRun } from "./request-run.ts";
import { Timing } from "./timing.ts";
import type { WorkFile } from "./work-file.ts";
import { Workers } from "./workers.ts";

interface Endpoint {
  readonly name: string;
  readonly errorRate: number;
  readonly ops: readonly Op<LiveEdge>[];
}

/** What a request says about itself in its headers. */
interface Asked {
  readonly endpoint: Endpoint;
  readonly request: Strikable;
  readonly again: boolean;
  readonly depth: number;
}

export class SyntheticService {
  readonly server: Server;
  /** Requests that wait, or are worked on. */
  inFlight = 0;
  readonly #scenario: ResolvedScenario;
  readonly #house: House;
  readonly #file: WorkFile;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #root: Key;
  #unkeyed = 0;

  /** @param edges the edges over which this service calls, by their key */
  constructor(
    scenario: ResolvedScenario,
    service: ResolvedService,
    config: SyntheticConfig,
    edges: ReadonlyMap<string, LiveEdge>,
    file: WorkFile,
    root: Key,
  ) {
    this.#scenario = scenario;
    this.#file = file;
    this.#root = root;
    this.#house = {
      service,
      workers: new Workers({
        ...service,
        queueChanged: (by) => file.add({ is: "queue", by }),
        busyChanged: (by) => file.add({ is: "busy", by }),
      }),
      timing: new Timing(),
      faults: new InsideFaults(scenario.faults, service.name, config.instance, (fault) =>
        file.add({ is: "struck", fault }),
      ),
      perWorker: scenario.semantics.breakerScope === "worker" && service.workers < Infinity,
    };
    for (const { name, errorRate, steps } of service.endpoints) {
      const ops = compileSteps(steps, (call) => {
        const edge = edges.get(edgeKey("call", service.name, call));
        if (edge === undefined) throw new RangeError(`no edge to ${call.service}`);
        return edge;
      });
      this.#endpoints.set(endpointPath(name), { name, errorRate, ops });
    }
    this.server = createServer((request, response) => this.#serve(request, response));
    this.server.keepAliveTimeout = 0;
  }

  /** A fault begins or ends. */
  fault(index: number, on: boolean): void {
    const fault = this.#house.faults.set(index, on);
    if (fault?.kind !== "capacity") return;
    if (on) this.#file.add({ is: "struck", fault: index });
    if (on) this.#house.workers.loseShare(fault.lose);
    else this.#house.workers.regainShare(fault.lose);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    if (request.url === "/health") {
      response.end("ok\n");
      return;
    }
    const asked = this.#read(request);
    if (asked === undefined) {
      response.writeHead(404).end("no such endpoint\n");
      return;
    }
    this.#file.add({ is: "arrived", edge: edgeName(request) });
    this.#accept(asked, response);
  }

  #read({ url = "", headers }: IncomingMessage): Asked | undefined {
    const endpoint = this.#endpoints.get(url);
    if (endpoint === undefined) return undefined;
    const text = (name: string) => headers[name]?.toString();
    const attempt = Number(text(HEADER.attempt) ?? 1);
    const call = readKey(text(HEADER.key)) ?? derive(this.#root, this.#unkeyed++);
    const depth = Number(text(HEADER.depth) ?? 0) + 1;
    const [from = ""] = edgeName({ headers }).split(" -> ");
    const request = { ...derive(call, attempt), endpoint: endpoint.name, from };
    return { endpoint, request, again: attempt > 1, depth };
  }

  #accept(asked: Asked, response: ServerResponse): void {
    const { semantics } = this.#scenario;
    let run: RequestRun | undefined;
    let abandoned = false;
    this.inFlight++;
    response.on("close", () => {
      abandoned = !response.writableFinished;
      if (abandoned && semantics.abandonedWork === "stops") run?.stop();
    });
    const dropped = () => {
      if (!abandoned || semantics.abandonedInQueue === "executed") return false;
      this.#end("dropped", true, 0);
      return true;
    };
    const begin = (worker: number) => {
      run = new RequestRun(this.#house, asked.request, asked.depth, worker);
      void this.#work(run, asked, response, () => abandoned);
    };
    const inFront = asked.again && semantics.retriedRequests === "front";
    if (this.#house.workers.offer({ begin, dropped }, inFront)) return;
    this.#end("rejected", false, 0);
    response.writeHead(503).end("the queue is full\n");
  }

  async #work(
    run: RequestRun,
    { endpoint, request }: Asked,
    response: ServerResponse,
    abandoned: () => boolean,
  ): Promise<void> {
    const good = await run.run(endpoint.ops);
    const unlucky =
      endpoint.errorRate > 0 &&
      uniform(request.hi, request.lo, PURPOSE.endpointError) < endpoint.errorRate;
    const stopped = abandoned() && this.#scenario.semantics.abandonedWork === "stops";
    const ok = good && !unlucky;
    this.#end(stopped ? "dropped" : ok ? "ok" : "failed", abandoned(), run.heldMs);
    if (response.destroyed) return;
    if (run.degraded) response.setHeader(HEADER.degraded, "1");
    response.writeHead(ok ? 200 : 500).end(ok ? "ok\n" : "failed\n");
  }

  #end(is: "ok" | "failed" | "rejected" | "dropped", abandoned: boolean, heldMs: number): void {
    this.inFlight--;
    this.#file.add({ is, abandoned, heldMs });
  }
}

function edgeName({ headers }: Pick<IncomingMessage, "headers">): string {
  try {
    return decodeURIComponent(headers[HEADER.edge]?.toString() ?? "");
  } catch {
    return "";
  }
}
