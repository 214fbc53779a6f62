/**
 * The server's side. A load shedder, where there is one, decides first. Then every request is one call under the
 * server's own policy, so a rate limiter, a bulkhead with its queue or any other limit decides whether it is let in,
 * by its priority and its deadline. The request holds its places until its response has ended.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  InvalidOptionsError,
  type LoadShedderOptions,
  parseDuration,
  type Ticket,
} from "@breakwater/policy";
import type { Clock } from "../clock/clock.ts";
import { realClock } from "../clock/real-clock.ts";
import { tellFact } from "../operate/tell.ts";
import { policy } from "../policy.ts";
import type { Policy } from "../types.ts";
import { answerFor, type ErrorAnswer } from "./answer-for.ts";
import { type Incoming, incoming } from "./incoming.ts";
import { type Entrant, priorityClass, Shedding } from "./shedding.ts";

/** What a handler finds at `request.breakwater`; it can be given to every call that is made for this request. */
export interface IncomingRequest extends Incoming {
  /** Aborted when the deadline has passed or the client has left. */
  readonly signal: AbortSignal;
}

export interface ProtectOptions {
  /** Protects the server itself: limits, a deadline for every request. It must not repeat or replace requests. */
  readonly policy?: Policy<unknown> | undefined;
  /** Sheds requests when there are too many. Priorities above 0 are critical, those below 0 sheddable. */
  readonly loadShedder?: LoadShedderOptions | undefined;
  /**
   * The load shedder decides and reports, and sends nobody away; the policy's own shadow is up to the policy. What it
   * decides is told to those who listen to the policy, as `requestShed`.
   */
  readonly shadow?: boolean | undefined;
  /** The clock of the policy, where that is not the real one. */
  readonly clock?: Clock | undefined;
  /** How important a request is, in place of its header; greater is more. */
  readonly priority?: ((request: IncomingMessage) => number | undefined) | undefined;
}

/** @throws InvalidOptionsError when the policy has a retry, a hedge or a fallback, or the shedder's options are wrong */
export class Gate {
  readonly #policy: Policy<unknown>;
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #shedding: Shedding | undefined;
  readonly #shadow: boolean;
  readonly #priority: ((request: IncomingMessage) => number | undefined) | undefined;

  constructor(options: ProtectOptions) {
    this.#clock = options.clock ?? realClock;
    this.#policy = options.policy ?? policy({}, { clock: this.#clock });
    this.#priority = options.priority;
    refuseRepeating(this.#policy);
    this.#deadlineMs = parseDuration(this.#policy.options.deadline ?? Infinity) ?? Infinity;
    const { loadShedder, shadow = false } = options;
    this.#shadow = shadow;
    const report = (ticket: Ticket<Entrant>) => this.#tellShed(ticket);
    this.#shedding = loadShedder && new Shedding(loadShedder, this.#clock, report);
  }

  #tellShed({ request, reason, retryAfterMs, decidedAtMs: atMs }: Ticket<Entrant>): void {
    const { priority = "normal" } = request;
    const fact = { type: "requestShed", atMs, reason, priority, retryAfterMs } as const;
    tellFact(this.#policy, () => (this.#shadow ? { ...fact, shadow: true } : fact));
  }

  /** Calls one of the two, once: `goes` at once or after a wait, or `refused`; none when the client leaves first. */
  enter(
    request: IncomingMessage,
    response: ServerResponse,
    goes: (incoming: IncomingRequest) => void,
    refused: (answer: ErrorAnswer) => void,
  ): void {
    const said = incoming(request.headers, this.#clock);
    const priority = this.#priority === undefined ? said.priority : this.#priority(request);
    // Waiting for the shedder counts: the policy's deadline begins with the request.
    const ownMs = this.#clock.now() + this.#deadlineMs;
    const deadlineAtMs = Math.min(said.deadlineAtMs ?? Infinity, ownMs);
    const from = { ...said, deadlineAtMs, priority };
    const run = (): void => this.#run(from, response, goes, refused);
    if (this.#shedding === undefined) {
      run();
      return;
    }
    const decided = this.#shadow ? NOTHING_DONE : { goes: run, refused };
    const leave = this.#shedding.enter({
      priority: priorityClass(priority),
      deadlineAtMs,
      ...decided,
    });
    if (this.#shadow) run();
    response.once("finish", () => leave(endOf(response)));
    response.once("close", () => leave(undefined));
  }

  #run(
    from: Incoming,
    response: ServerResponse,
    goes: (incoming: IncomingRequest) => void,
    refused: (answer: ErrorAnswer) => void,
  ): void {
    const { attempt, priority } = from;
    const leaving = new AbortController();
    const ended = new Promise<void>((resolve, reject) => {
      response.once("finish", () => (endOf(response) === "ok" ? resolve() : reject()));
      response.once("close", () => {
        if (!response.writableFinished) leaving.abort(clientLeft());
        reject();
      });
    });
    ended.catch(() => {});
    let wentIn = false;
    const { signal: left } = leaving;
    const run = { signal: left, deadlineAtMs: from.deadlineAtMs, priority, attempts: 1 };
    this.#policy
      .runOutcome(({ signal, deadlineAtMs }) => {
        wentIn = true;
        goes({ deadlineAtMs, attempt, priority, signal });
        return ended;
      }, run)
      .then(({ error, outcome }) => {
        if (wentIn || outcome === "cancelled") return;
        const answer = answerFor(error);
        if (answer !== undefined) refused(answer);
      });
  }
}

/** What a shadowed decision does. */
const NOTHING_DONE = { goes: () => {}, refused: () => {} };

function endOf({ statusCode }: ServerResponse): "ok" | "failed" | "dropped" {
  if (statusCode === 503 || statusCode === 504) return "dropped";
  return statusCode < 500 ? "ok" : "failed";
}

function clientLeft(): DOMException {
  return new DOMException("the client has left", "AbortError");
}

function refuseRepeating({ options }: Policy<unknown>): void {
  const wrong = (["retry", "hedge", "fallback"] as const).filter(
    (part) => options[part] !== undefined,
  );
  if (wrong.length === 0) return;
  const problems = wrong.map((part) => ({
    path: part,
    value: options[part],
    message: "a server can neither repeat a request nor answer in its place",
    allowed: "a policy without retry, hedge and fallback",
    fix: `remove ${part}; use it for the calls that the server makes`,
  }));
  throw new InvalidOptionsError(problems);
}
