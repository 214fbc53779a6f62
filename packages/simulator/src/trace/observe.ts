/**
 * Looks on while a model runs. The methods of the edges and services of this one run are wrapped, so that a run that
 * nobody watches pays nothing; what is wrapped draws no random number and schedules nothing, so the run is the same.
 */

import type { Branch } from "../model/branch.ts";
import type { Model } from "../model/build.ts";
import { Edge } from "../model/edge.ts";
import { type CallOrigin, EdgeCall } from "../model/edge-call.ts";
import type { Request } from "../model/request.ts";
import { ServiceModel } from "../model/service.ts";

/** Calls are known by their edge and their random key, which no other call over it has. */
export interface Observer {
  callBegins?(edge: Edge, origin: CallOrigin): void;
  /** Returns whether to tell of answers to this call's attempts. */
  attemptSent?(call: EdgeCall, attempt: number): boolean;
  /** The caller has an answer to this attempt, or its connection broke. */
  attemptAnswered?(call: EdgeCall, attempt: number): void;
  attemptGivenUp?(call: EdgeCall, attempt: number, how: "timedOut" | "cancelled"): void;
  callEnded?(call: EdgeCall): void;
  arrived?(request: Request): void;
  takenUp?(request: Request): void;
  /** The service is done with the request. */
  done?(request: Request, how: "ok" | "failed" | "dropped"): void;
}

export function observe(model: Model, observer: Observer): void {
  for (const edge of model.edges) observeEdge(edge, observer);
  for (const service of model.services) observeService(service, observer);
}

function observeEdge(edge: Edge, observer: Observer): void {
  const { beginWith, carry, abandon, ended, reply } = Edge.prototype;
  const watched: Partial<Edge> = {
    beginWith(origin: CallOrigin) {
      observer.callBegins?.(edge, origin);
      return beginWith.call(edge, origin);
    },
    carry(call: EdgeCall, attempt: number) {
      if (observer.attemptSent?.(call, attempt)) watchAnswers(call, observer);
      carry.call(edge, call, attempt);
    },
    abandon(call: EdgeCall, attempt: number, left: "ok" | "cancelled" | undefined) {
      observer.attemptGivenUp?.(call, attempt, left === undefined ? "timedOut" : "cancelled");
      abandon.call(edge, call, attempt, left);
    },
    ended(call: EdgeCall) {
      observer.callEnded?.(call);
      ended.call(edge, call);
    },
    reply(request: Request, ok: boolean) {
      observer.done?.(request, ok ? "ok" : "failed");
      reply.call(edge, request, ok);
    },
  };
  Object.assign(edge, watched);
}

/** An attempt is taken out of those that are waited for when it is given up (told before) or answered. */
function watchAnswers(call: EdgeCall, observer: Observer): void {
  call.takeRequest = (attempt) => {
    const request = EdgeCall.prototype.takeRequest.call(call, attempt);
    if (request !== undefined) observer.attemptAnswered?.(call, attempt);
    return request;
  };
}

function observeService(service: ServiceModel, observer: Observer): void {
  const { arrive, begin, drop } = ServiceModel.prototype;
  const watched: Partial<ServiceModel> = {
    arrive(request: Request) {
      observer.arrived?.(request);
      arrive.call(service, request);
    },
    begin(branch: Branch) {
      observer.takenUp?.(branch.request);
      begin.call(service, branch);
    },
    drop(request: Request) {
      observer.done?.(request, "dropped");
      drop.call(service, request);
    },
  };
  Object.assign(service, watched);
}
