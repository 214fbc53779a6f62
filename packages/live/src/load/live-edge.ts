import { Agent } from "node:http";
import type { ResolvedCall } from "@breakwater/scenario";
import {
  calleeWord,
  derive,
  deriveHi,
  deriveLo,
  type Key,
  makeSampler,
  PURPOSE,
  type Sampler,
  uniform,
} from "@breakwater/scenario/plan";
import {
  type AttemptContext,
  type Outcome,
  type Policy,
  policy,
  type TypedPolicyOptions,
} from "breakwater";
import { HEADER, keyText } from "../synthetic/protocol.ts";
import { sleep } from "../synthetic/timing.ts";
import { AttemptFailed, type EndpointRequest, httpAttempt } from "./http-attempt.ts";

export interface LiveEdgeOptions {
  readonly name: string;
  readonly call: ResolvedCall;
  readonly lateAnswers: "ignored" | "taken" | undefined;
  /** How many policies there are: one for each worker where the scenario wants that. */
  readonly parts: number;
  readonly asked: EndpointRequest;
  /** Where the instances are reached, which get their calls in turn. */
  readonly urls: readonly string[];
  /** Jitter is drawn under it. */
  readonly key: Key;
  /** What facts do not tell: no connection was made for an attempt, or the answer that a call got was degraded. */
  readonly tell: (what: "refused" | "degraded") => void;
}

export interface LiveCall {
  readonly key: Key;
  /** Services that the chain of calls has passed through so far. */
  readonly depth: number;
  /** Which of the edge's policies guards it. */
  readonly part: number;
  readonly signal?: AbortSignal;
}

export interface CallEnd {
  readonly outcome: Outcome;
  readonly answered: boolean;
  /** The answer is not the full one. */
  readonly degraded: boolean;
}

/** Calls over real connections, guarded by the policies that a scenario puts on an edge. */
export class LiveEdge {
  readonly name: string;
  readonly policies: readonly Policy<unknown>[];
  readonly #options: LiveEdgeOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 1024 });
  readonly #latency: Sampler | undefined;
  #turn = 0;
  #drawn = 0;

  constructor(options: LiveEdgeOptions) {
    const { call, lateAnswers, parts, key } = options;
    this.name = options.name;
    this.#options = options;
    this.#latency = call.latency && makeSampler(call.latency);
    const own = lateAnswers === undefined ? {} : { lateAnswers };
    const data = { ...call.policy, ...own } as TypedPolicyOptions<unknown>;
    const random = () => uniform(key.hi, key.lo, this.#drawn++);
    this.policies = Array.from({ length: parts }, () => policy<unknown>(data, { random }));
  }

  /** The word under a request's key that leads to its calls over this edge. */
  get word(): number {
    return calleeWord(this.#options.call.service, this.#options.call.endpoint);
  }

  async call(call: LiveCall): Promise<CallEnd> {
    const guard = this.policies[call.part] ?? this.policies[0];
    if (guard === undefined) throw new RangeError("an edge without a policy");
    const { signal } = call;
    const attempt = (context: AttemptContext) => this.#attempt(call, context);
    const result = await guard.runOutcome(attempt, signal === undefined ? {} : { signal });
    const { outcome } = result;
    if (outcome !== "ok") return { outcome, answered: outcome === "fallback", degraded: true };
    const degraded = result.value === true;
    if (degraded) this.#options.tell("degraded");
    return { outcome, answered: true, degraded };
  }

  /** Connections that nobody uses are closed. */
  close(): void {
    this.#agent.destroy();
  }

  /** Resolves to whether the answer is degraded. */
  async #attempt({ key, depth }: LiveCall, context: AttemptContext): Promise<boolean> {
    const { attempt, signal } = context;
    const { urls, asked, name, tell } = this.#options;
    const hi = deriveHi(key.hi, key.lo, attempt);
    const lo = deriveLo(key.hi, key.lo, attempt);
    const base = urls[this.#turn++ % urls.length] ?? "";
    await this.#travel(hi, lo, PURPOSE.requestLatency, signal);
    try {
      const headers = {
        [HEADER.key]: keyText(key),
        [HEADER.attempt]: String(attempt),
        [HEADER.depth]: String(depth),
        [HEADER.edge]: encodeURIComponent(name),
      };
      const own = ofCall(asked, key);
      const { degraded } = await httpAttempt(this.#agent, base, own, headers, signal);
      await this.#travel(hi, lo, PURPOSE.answerLatency, signal);
      return degraded;
    } catch (error) {
      if (error instanceof AttemptFailed && error.refused) tell("refused");
      throw error;
    }
  }

  async #travel(hi: number, lo: number, purpose: number, signal: AbortSignal): Promise<void> {
    if (this.#latency === undefined) return;
    await sleep(this.#latency(hi, lo, purpose), signal);
    signal.throwIfAborted();
  }
}

/** Stands for an id of the call's own, the same for all of its attempts, in paths and bodies. */
const CALL_ID = "{call}";

function ofCall(asked: EndpointRequest, key: Key): EndpointRequest {
  const { path, body } = asked;
  if (!path.includes(CALL_ID) && !body?.includes(CALL_ID)) return asked;
  const id = keyText(key).replaceAll(/[.-]/g, "0");
  return { ...asked, path: path.replaceAll(CALL_ID, id), body: body?.replaceAll(CALL_ID, id) };
}

/** The key of the jitter on an edge, apart from everything that requests draw. */
export function jitterKey(root: Key, index: number): Key {
  return derive(derive(root, PURPOSE.jitter), index);
}
