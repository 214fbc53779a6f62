import type { ResolvedDistribution, ResolvedFault, ResolvedScenario } from "@breakwater/scenario";
import type { FaultSpec, Protocol } from "../proxy/types.ts";
import { endpointPath } from "../synthetic/protocol.ts";

/** What stands behind a service in a live run. */
export type ServiceKind = "synthetic" | "command" | "address";

/** How a fault of the scenario is made real. */
export interface FaultMeans {
  /**
   * - inside: the synthetic service does it, on its workers
   * - down: the proxies on the way close their doors
   * - proxy: faults of the proxies on the way
   * - pause, crash, cpu: done to the process
   * - none: cannot be done
   */
  readonly by: "inside" | "down" | "proxy" | "pause" | "crash" | "cpu" | "none";
  readonly specs: readonly FaultSpec[];
  /** What it becomes, in words. */
  readonly about: string;
  /** How that differs from what the simulator does; "" where it does not. */
  readonly differs: string;
}

interface Case {
  readonly fault: ResolvedFault;
  readonly kind: ServiceKind;
  readonly protocol: Protocol;
  /** How long it lasts, in milliseconds; never Infinity. */
  readonly lastsMs: number;
  /** Whether all requests to the service are meant, so that a whole connection may be struck. */
  readonly whole: boolean;
  /** The path of the endpoint that is meant; any when undefined. */
  readonly path: string | undefined;
}

/** @param mostMs how long a fault lasts that never ends: to the end of the run */
export function meansOf(
  scenario: ResolvedScenario,
  fault: ResolvedFault,
  kind: ServiceKind,
  protocol: Protocol,
  mostMs: number,
): FaultMeans {
  const lastsMs = Math.min(mostMs, fault.endMs - fault.atMs);
  const whole = fault.share >= 1 && fault.endpoint === undefined;
  const one: Case = { fault, kind, protocol, lastsMs, whole, path: pathOf(scenario, fault) };
  return MEANS[fault.kind](one);
}

const MEANS: Readonly<Record<ResolvedFault["kind"], (one: Case) => FaultMeans>> = {
  latency: (one) => (one.kind === "synthetic" ? INSIDE.latency : slowWay(one)),
  error: errorWay,
  refused: refusedWay,
  hang: (one) => (one.kind === "synthetic" ? INSIDE.hang : hungWay(one)),
  crash: ({ kind }) =>
    kind === "address"
      ? made("down", [], "connections are closed and refused", "the service itself lives on")
      : made("crash", [], "kill -9 of the process, and a new start at the end", ""),
  pause: ({ kind }) =>
    kind === "address"
      ? made("proxy", [{ type: "blackhole" }], "no byte passes", "the service itself goes on")
      : made("pause", [], "SIGSTOP, and SIGCONT at the end", ""),
  capacity: ({ kind, fault }) => {
    if (kind === "synthetic") return INSIDE.capacity;
    const left = `${Math.round((1 - fault.lose) * 100)} % of one processor`;
    return kind === "command"
      ? made("cpu", [], `a CPU limit by cgroup: ${left}`, "processor time is lost, not workers")
      : made("none", [], "nothing", "a service that runs elsewhere cannot be limited");
  },
  partition: partitionWay,
  leak: () => made("none", [], "nothing", "work that takes longer and longer cannot be played"),
  loss: () => made("none", [], "nothing", "the proxies cannot lose single messages"),
};

const INSIDE = {
  latency: made("inside", [], "its workers are busy for longer", ""),
  hang: made("inside", [], "its workers take requests up and keep them", ""),
  capacity: made("inside", [], "a share of its workers is gone", ""),
} as const;

function made(
  by: FaultMeans["by"],
  specs: readonly FaultSpec[],
  about: string,
  differs: string,
): FaultMeans {
  return { by, specs, about, differs };
}

function slowWay({ fault, protocol, path }: Case): FaultMeans {
  const add = fault.add === undefined ? { latency: 0, jitter: 0, exact: true } : spread(fault.add);
  const times = { latency: add.latency, jitter: add.jitter };
  const words = `answers are held for ${add.latency} ± ${add.jitter} ms by the proxies`;
  const differs = [
    "no worker of the service is busy meanwhile",
    ...(add.exact ? [] : ["the distribution is played as an even one of the same middle"]),
    ...(fault.multiply === 1 ? [] : ["multiply cannot be played"]),
  ].join("; ");
  const toxicity = fault.share;
  const spec: FaultSpec =
    protocol === "http"
      ? { type: "http_latency", toxicity, attributes: { ...times, ...match(path) } }
      : { type: "latency", toxicity, attributes: times };
  return made("proxy", [spec], words, differs);
}

function errorWay({ fault, protocol, path }: Case): FaultMeans {
  const toxicity = fault.share;
  if (protocol === "tcp") {
    const differs = "connections are struck, not single requests";
    return made("proxy", [{ type: "reset_peer", toxicity }], "connections are reset", differs);
  }
  const attributes = { status: 500, ...match(path) };
  return fault.when === "beforeWork"
    ? made(
        "proxy",
        [{ type: "http_error", toxicity, attributes }],
        "the proxies answer with 500 themselves",
        "the request does not reach the service",
      )
    : made(
        "proxy",
        [{ type: "http_response", toxicity, attributes }],
        "the proxies turn answers into a 500",
        "",
      );
}

function refusedWay({ fault, protocol, whole, path }: Case): FaultMeans {
  if (whole) {
    const differs = "what is under way is cut off as it begins";
    return made("down", [], "the proxies' doors are closed: connections are refused", differs);
  }
  const toxicity = fault.share;
  return protocol === "http"
    ? made(
        "proxy",
        [{ type: "http_abort", stream: "upstream", toxicity, attributes: match(path) }],
        "connections are reset as a request comes",
        "reset after the request, not refused before it",
      )
    : made(
        "proxy",
        [{ type: "refuse", toxicity }],
        "new connections are reset",
        "connections that are open live on",
      );
}

function hungWay({ fault, protocol, whole, lastsMs, path }: Case): FaultMeans {
  const differs = "no worker of the service is busy meanwhile";
  if (whole || protocol === "tcp") {
    const spec: FaultSpec = { type: "blackhole", toxicity: fault.share };
    return made("proxy", [spec], "no byte passes until the end of the fault", differs);
  }
  const attributes = { latency: lastsMs, ...match(path) };
  const spec: FaultSpec = { type: "http_latency", toxicity: fault.share, attributes };
  const words = "answers are held for as long as the fault lasts";
  return made("proxy", [spec], words, differs);
}

function partitionWay({ fault, protocol, whole, lastsMs, path }: Case): FaultMeans {
  const toxicity = fault.share;
  if (fault.requests === "redelivered") {
    if (whole || protocol === "tcp") {
      const words = "no byte passes; all that was held comes at the end";
      return made("proxy", [{ type: "blackhole", toxicity }], words, "");
    }
    const attributes = { latency: lastsMs, ...match(path) };
    const spec: FaultSpec = { type: "http_latency", stream: "upstream", toxicity, attributes };
    const differs = "a request is held for the length of the fault, not until its end";
    return made("proxy", [spec], "requests are held by the proxies", differs);
  }
  const specs: FaultSpec[] = [
    { type: "timeout", stream: "upstream", toxicity },
    { type: "timeout", stream: "downstream", toxicity },
  ];
  const differs = whole
    ? "connections that were cut off are closed at the end"
    : "connections are struck, not single requests, and are closed at the end";
  return made("proxy", specs, "bytes are swallowed in both directions", differs);
}

const match = (path: string | undefined) => (path === undefined ? {} : { path });

function pathOf(scenario: ResolvedScenario, fault: ResolvedFault): string | undefined {
  if (fault.endpoint === undefined) return undefined;
  const service = scenario.services.find(({ name }) => name === fault.service);
  const endpoint = service?.endpoints.find(({ name }) => name === fault.endpoint);
  if (service?.live === undefined) return endpointPath(fault.endpoint);
  return (endpoint?.live?.path ?? `/${fault.endpoint}`).replace(/\?.*$/, "");
}

/** An even distribution around a middle, as the proxies know it. */
function spread(of: ResolvedDistribution): { latency: number; jitter: number; exact: boolean } {
  const even = (middle: number, jitter: number, exact: boolean) => ({
    latency: Math.round(middle),
    jitter: Math.round(Math.min(middle, jitter)),
    exact,
  });
  switch (of.kind) {
    case "constant":
      return even(of.value, 0, true);
    case "uniform":
      return even((of.min + of.max) / 2, (of.max - of.min) / 2, of.step === 0);
    case "normal":
      return even(of.mean, of.deviation * Math.sqrt(3), false);
    case "exponential":
      return even(of.mean, of.mean, false);
    case "erlang":
      return even(of.mean, of.mean / Math.sqrt(of.shape), false);
    case "lognormal":
      return even(of.mean, of.mean * Math.sqrt(3 * Math.expm1(of.sigma ** 2)), false);
    case "pareto":
      return even(of.shape > 1 ? (of.min * of.shape) / (of.shape - 1) : of.min * 3, of.min, false);
    case "weibull":
      return even(of.scale, of.scale / of.shape, false);
    case "empirical": {
      const mean = of.points.reduce((sum, { u, ms }, index) => {
        const before = of.points[index - 1];
        return before === undefined ? sum : sum + ((u - before.u) * (ms + before.ms)) / 2;
      }, 0);
      return even(mean, 0, false);
    }
    case "mixture": {
      const parts = of.of.map(({ weight, value }) => weight * spread(value).latency);
      return even(
        parts.reduce((sum, part) => sum + part, 0),
        0,
        false,
      );
    }
  }
}
