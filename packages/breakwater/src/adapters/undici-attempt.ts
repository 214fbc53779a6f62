import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { FailedResponse } from "../http/classify.ts";

type Controller = Dispatcher.DispatchController;
type Handler = Dispatcher.DispatchHandler;

/** Bytes of a body that may wait in memory until it is clear whether it is the answer. */
const WORTH_KEEPING = 65_536;

/** What the handler of a request controls, whichever attempt is the one that answers. */
export class StableController implements Controller {
  paused = false;
  /** The attempt whose answer was handed on. */
  #target: Controller | undefined = undefined;
  readonly #leaving = new AbortController();
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    if (signal?.aborted) this.abort(signal.reason);
    else signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Aborted when the handler, or the request on whose behalf this is, wants no answer any more. */
  get signal(): AbortSignal {
    return this.#leaving.signal;
  }

  get aborted(): boolean {
    return this.signal.aborted;
  }

  get reason(): Error | null {
    return this.signal.reason ?? null;
  }

  get rawHeaders() {
    return this.#target?.rawHeaders ?? null;
  }

  get rawTrailers() {
    return this.#target?.rawTrailers ?? null;
  }

  abort(reason: Error): void {
    this.#leaving.abort(reason);
    this.#target?.abort(reason);
  }

  pause(): void {
    this.paused = true;
    this.#target?.pause();
  }

  resume(): void {
    this.paused = false;
    this.#target?.resume();
  }

  follow(target: Controller): void {
    this.#target = target;
  }

  /** No attempt has an answer. */
  fail(handler: Handler, error: unknown): void {
    this.done();
    handler.onResponseError?.(this, error as Error);
  }

  done(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => this.abort(this.#signal?.reason);
}

/** One attempt of a request. What its response brings is kept back until it is clear that it is the answer. */
export class UndiciAttempt implements Handler {
  /** Resolves or rejects when the headers of the response are there. */
  readonly started: Promise<UndiciAttempt>;
  readonly #signal: AbortSignal;
  readonly #handler: Handler;
  readonly #stable: StableController;
  readonly #isFailure: (status: number) => boolean;
  #resolve: (attempt: UndiciAttempt) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #controller: Controller | undefined = undefined;
  #kept: (() => void)[] = [];
  #bytes = 0;
  #state: "kept" | "handedOn" | "discarded" = "kept";

  constructor(
    signal: AbortSignal,
    handler: Handler,
    stable: StableController,
    isFailure: (status: number) => boolean,
  ) {
    this.#signal = signal;
    this.#handler = handler;
    this.#stable = stable;
    this.#isFailure = isFailure;
    this.started = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#signal.aborted) controller.abort(this.#signal.reason);
    else this.#signal.addEventListener("abort", () => controller.abort(this.#signal.reason));
  }

  onResponseStart(
    _: Controller,
    status: number,
    headers: IncomingHttpHeaders,
    message?: string,
  ): void {
    const start = () => this.#handler.onResponseStart?.(this.#stable, status, headers, message);
    this.#tell(start);
    if (status < 200) return;
    if (this.#isFailure(status)) this.#reject(new FailedResponse(status, headers, this));
    else this.#resolve(this);
  }

  /** A short body comes in whole while it is decided what to do, and its connection can be used again. */
  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#state === "kept" && this.#bytes > WORTH_KEEPING) controller.pause();
    this.#tell(() => this.#handler.onResponseData?.(this.#stable, chunk));
  }

  onResponseEnd(_: Controller, trailers: IncomingHttpHeaders): void {
    this.#tell(() => {
      this.#stable.done();
      this.#handler.onResponseEnd?.(this.#stable, trailers);
    });
  }

  onResponseError(_: Controller, error: Error): void {
    this.#reject(error);
    this.#tell(() => this.#stable.fail(this.#handler, error));
  }

  /** This is the answer. */
  handOn(): void {
    const controller = this.#controller as Controller;
    this.#stable.follow(controller);
    try {
      // Telling may bring more.
      for (let tell = this.#kept.shift(); tell !== undefined; tell = this.#kept.shift()) tell();
      this.#state = "handedOn";
      if (this.#stable.aborted) controller.abort(this.#stable.reason as Error);
      else if (!this.#stable.paused) controller.resume();
    } catch (error) {
      this.#state = "handedOn";
      controller.abort(error as Error);
    }
  }

  /** Nobody will read it: frees its connection. */
  discard(): void {
    this.#state = "discarded";
    this.#kept = [];
    this.#controller?.abort(new DOMException("the attempt is not the answer", "AbortError"));
  }

  #tell(what: () => void): void {
    if (this.#state === "handedOn") what();
    else if (this.#state === "kept") this.#kept.push(what);
  }
}
