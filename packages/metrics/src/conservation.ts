import type { ConservationCheck, EdgeResult, ServiceResult } from "./result.ts";
import { endedOf } from "./summary.ts";

/**
 * Nothing is lost and nothing appears from nowhere: for each edge and service, what came in is what came to an end plus
 * what is still under way, in whole numbers. A check that does not balance means a fault in the engine, not in the scenario.
 */
export function checkConservation(
  endToEnd: EdgeResult,
  edges: readonly EdgeResult[],
  services: readonly ServiceResult[],
): ConservationCheck[] {
  const offered = edges
    .filter(({ kind }) => kind === "load")
    .reduce((sum, { calls }) => sum + calls, 0);
  return [
    callsCheck("end to end", endToEnd),
    attemptsCheck("end to end, attempts", endToEnd),
    check("end to end, calls of all loads", endToEnd.calls, offered, 0),
    ...edges.flatMap((edge) => edgeChecks(edge)),
    ...services.flatMap((service) => serviceChecks(service, edges)),
  ];
}

export function conserved(checks: readonly ConservationCheck[]): boolean {
  return checks.every(({ balanced }) => balanced);
}

function edgeChecks(edge: EdgeResult): ConservationCheck[] {
  const { refused, lost, travelling, arrived } = edge.delivery;
  return [
    callsCheck(`edge ${edge.name}`, edge),
    attemptsCheck(`edge ${edge.name}, attempts`, edge),
    check(`edge ${edge.name}, delivery`, edge.attempts, refused + lost + arrived, travelling),
  ];
}

function serviceChecks(service: ServiceResult, edges: readonly EdgeResult[]): ConservationCheck[] {
  const { name, arrived, ok, failed, rejected, lost, dropped, inFlight } = service;
  const delivered = edges
    .filter(({ to }) => to === name)
    .reduce((sum, edge) => sum + edge.delivery.arrived, 0);
  return [
    check(`service ${name}`, arrived, ok + failed + rejected + lost + dropped, inFlight),
    check(`service ${name}, arrivals`, delivered, arrived, 0),
  ];
}

function callsCheck(where: string, edge: EdgeResult): ConservationCheck {
  return check(where, edge.calls, endedOf(edge.outcomes), edge.inFlight);
}

function attemptsCheck(where: string, edge: EdgeResult): ConservationCheck {
  const { ok, failed, timedOut, cancelled, inFlight } = edge.attemptOutcomes;
  return check(where, edge.attempts, ok + failed + timedOut + cancelled, inFlight);
}

function check(where: string, offered: number, ended: number, inFlight: number): ConservationCheck {
  const whole = [offered, ended, inFlight].every((n) => Number.isSafeInteger(n) && n >= 0);
  return { where, offered, ended, inFlight, balanced: whole && offered === ended + inFlight };
}
