import type { OutcomeName, RunResult } from "@breakwater/metrics";
import type { ResolvedScenario } from "@breakwater/scenario";
import type { Edge } from "../model/edge.ts";
import type { CallOrigin, EdgeCall } from "../model/edge-call.ts";
import type { Request } from "../model/request.ts";
import { liveThrough } from "../run.ts";
import { endedBy } from "./ended-by.ts";
import { type Observer, observe } from "./observe.ts";
import type { AttemptTrace, CallTrace, RequestChoice, RequestTrace } from "./request-trace.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type OpenAttempt = Writable<Omit<AttemptTrace, "calls">> & { readonly calls: OpenCall[] };
type OpenCall = Writable<Omit<CallTrace, "attempts">> & { readonly attempts: OpenAttempt[] };

export interface Traced {
  /** The same, to the byte, as without a trace. */
  readonly result: RunResult;
  /** undefined when there is no such request: fewer were made, or none ended. */
  readonly trace: RequestTrace | undefined;
}

/**
 * Runs a scenario again and writes down what becomes of one request of a customer.
 * @param seed instead of the scenario's own
 * @throws TimeStandsStillError as runScenario does
 */
export function traceRequest(
  scenario: ResolvedScenario,
  choice: RequestChoice,
  seed: number = scenario.seed,
): Traced {
  const number = "number" in choice ? choice.number : chosenNumber(scenario, choice, seed);
  let tracer: Tracer | undefined;
  const result = liveThrough(scenario, seed, (model, nowMs) => {
    tracer = new Tracer(number, nowMs);
    observe(model, tracer);
  });
  return { result, trace: tracer?.trace };
}

/** Runs once to see which request is meant; 0 when none is. */
function chosenNumber(
  scenario: ResolvedScenario,
  choice: Exclude<RequestChoice, { number: number }>,
  seed: number,
): number {
  const open = new Map<string, { number: number; startedMs: number }>();
  let made = 0;
  let chosen = 0;
  let longestMs = -1;
  liveThrough(scenario, seed, (model, nowMs) => {
    observe(model, {
      callBegins(edge, origin) {
        if (origin.within !== undefined) return;
        made++;
        if ("slowest" in choice)
          open.set(keyOf(edge, origin), { number: made, startedMs: nowMs() });
        else if (chosen === 0 && nowMs() >= choice.fromMs) chosen = made;
      },
      callEnded(ended) {
        const key = keyOf(ended.edge, ended);
        const call = ended.within === undefined ? open.get(key) : undefined;
        if (call === undefined) return;
        open.delete(key);
        if (nowMs() - call.startedMs <= longestMs) return;
        longestMs = nowMs() - call.startedMs;
        chosen = call.number;
      },
    });
  });
  return chosen;
}

function keyOf(edge: Edge, { hi, lo }: { readonly hi: number; readonly lo: number }): string {
  return `${hi} ${lo} ${edge.name}`;
}

/** Follows one request and everything that is done for it. */
class Tracer implements Observer {
  readonly #wanted: number;
  readonly #nowMs: () => number;
  readonly #calls = new Map<string, OpenCall>();
  #made = 0;
  #root: OpenCall | undefined;

  constructor(wanted: number, nowMs: () => number) {
    this.#wanted = wanted;
    this.#nowMs = nowMs;
  }

  get trace(): RequestTrace | undefined {
    if (this.#root === undefined) return undefined;
    return { number: this.#wanted, of: this.#made, call: this.#root };
  }

  callBegins(edge: Edge, origin: CallOrigin): void {
    const { within } = origin;
    const isRoot = within === undefined && ++this.#made === this.#wanted;
    const above = within === undefined ? undefined : this.#attemptOf(within);
    if (!isRoot && above === undefined) return;
    const call: OpenCall = {
      edge: edge.name,
      policy: edge.policyText,
      startedMs: this.#nowMs(),
      endedMs: null,
      outcome: null,
      endedBy: "",
      attempts: [],
    };
    this.#calls.set(keyOf(edge, origin), call);
    if (above === undefined) this.#root = call;
    else above.calls.push(call);
  }

  attemptSent(call: EdgeCall, attempt: number): boolean {
    const open = this.#callOf(call);
    open?.attempts.push({
      attempt,
      sentMs: this.#nowMs(),
      instance: "",
      arrivedMs: null,
      takenUpMs: null,
      doneMs: null,
      served: "nothing",
      endedMs: null,
      end: "inFlight",
      calls: [],
    });
    return open !== undefined;
  }

  attemptGivenUp(call: EdgeCall, attempt: number, how: "timedOut" | "cancelled"): void {
    this.#end(this.#attempt(call, attempt), how);
  }

  attemptAnswered(call: EdgeCall, attempt: number): void {
    const known = this.#attempt(call, attempt);
    this.#end(known, known?.served === "ok" ? "ok" : "failed");
  }

  callEnded(call: EdgeCall): void {
    const open = this.#callOf(call);
    if (open === undefined) return;
    open.endedMs = this.#nowMs();
    open.outcome = call.outcome satisfies OutcomeName;
    open.endedBy = endedBy(call, this.#nowMs());
  }

  arrived(request: Request): void {
    const attempt = this.#attemptOf(request);
    if (attempt === undefined) return;
    attempt.arrivedMs = this.#nowMs();
    attempt.instance = request.instance?.name ?? "";
  }

  takenUp(request: Request): void {
    const attempt = this.#attemptOf(request);
    if (attempt !== undefined) attempt.takenUpMs = this.#nowMs();
  }

  done(request: Request, how: "ok" | "failed" | "dropped"): void {
    const attempt = this.#attemptOf(request);
    if (attempt === undefined) return;
    attempt.doneMs = this.#nowMs();
    attempt.served = how;
  }

  #end(attempt: OpenAttempt | undefined, end: AttemptTrace["end"]): void {
    if (attempt === undefined || attempt.endedMs !== null) return;
    attempt.endedMs = this.#nowMs();
    attempt.end = end;
  }

  #callOf(call: EdgeCall): OpenCall | undefined {
    return this.#calls.get(keyOf(call.edge, call));
  }

  #attempt(call: EdgeCall, attempt: number): OpenAttempt | undefined {
    return this.#callOf(call)?.attempts.findLast((each) => each.attempt === attempt);
  }

  #attemptOf({ call, attempt }: Request): OpenAttempt | undefined {
    return this.#attempt(call, attempt);
  }
}
