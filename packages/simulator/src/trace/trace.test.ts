import type { Scenario } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { resolved, run } from "../../test-support/run.ts";
import { type CallTrace, type RequestChoice, traceRequest } from "../index.ts";

/** A customer every 50 ms; 10 ms of work in front, then 100 ms at the one worker behind, who cannot keep up. */
function scenario(policy?: object, faults: Scenario["faults"] = []): Scenario {
  const call = policy === undefined ? { call: "back" } : { call: "back", policy: "careful" };
  return {
    duration: "1s",
    services: {
      front: { endpoints: { page: { steps: [{ work: "10ms" }, call] } } },
      back: { workers: 1, endpoints: { item: { steps: [{ work: "100ms" }] } } },
    },
    ...(policy === undefined ? {} : { policies: { careful: { idempotent: true, ...policy } } }),
    load: { users: { kind: "open", to: "front", rate: 20, arrivals: "constant" } },
    faults,
  };
}

function traced(document: Scenario, choice: RequestChoice): CallTrace {
  const { trace } = traceRequest(resolved(document), choice);
  if (trace === undefined) throw new Error("no such request");
  return trace.call;
}
const behind = (call: CallTrace): CallTrace => call.attempts[0]?.calls[0] as CallTrace;

describe("the trace of a request", () => {
  test("tells waiting from work: the third customer finds two before him", () => {
    const call = traced(scenario(), { number: 3 });
    const [attempt] = behind(call).attempts;
    const atMs = call.startedMs;
    expect(attempt).toMatchObject({
      attempt: 1,
      sentMs: atMs + 10,
      arrivedMs: atMs + 10,
      served: "ok",
      end: "ok",
    });
    // The first began 10 ms after he came, and each takes 100 ms.
    expect((attempt?.takenUpMs ?? 0) - (attempt?.arrivedMs ?? 0)).toBeCloseTo(100, 9);
    expect((attempt?.doneMs ?? 0) - (attempt?.takenUpMs ?? 0)).toBeCloseTo(100, 9);
    expect(call).toMatchObject({ outcome: "ok", endedBy: "the service answered" });
    expect((call.endedMs ?? 0) - atMs).toBeCloseTo(210, 9);
  });

  test("shows attempts, the backoff between them, and which policy ended it", () => {
    const policy = {
      timeout: "150ms",
      retry: { attempts: 2, backoff: { kind: "constant", base: "30ms", jitter: "none" } },
    };
    const call = traced(scenario(policy), { number: 12 });
    const { attempts, outcome, endedBy } = behind(call);
    expect(attempts.map(({ end }) => end)).toEqual(["timedOut", "timedOut"]);
    const [first, second] = attempts;
    expect((first?.endedMs ?? 0) - (first?.sentMs ?? 0)).toBeCloseTo(150, 9);
    expect((second?.sentMs ?? 0) - (first?.endedMs ?? 0)).toBeCloseTo(30, 9);
    // Abandoned work goes on.
    expect(first?.served).toBe("ok");
    expect(first?.doneMs).toBeGreaterThan(first?.endedMs ?? Infinity);
    expect({ outcome, endedBy }).toEqual({
      outcome: "timedOut",
      endedBy: "the timeout of the attempt, on attempt 2, the last",
    });
    expect(call.outcome).toBe("failed");
  });

  test.each([
    [{ deadline: "120ms" }, "the deadline of the whole call had passed"],
    [{ bulkhead: { concurrent: 1 } }, "no place was free, and none to wait"],
    [
      { timeout: "50ms", circuitBreaker: { window: { kind: "consecutive", failures: 1 } } },
      "the circuit breaker was not closed",
    ],
    [
      { timeout: "50ms", fallback: { value: 1 } },
      "the fallback stood in: the timeout of the attempt",
    ],
  ])("%j: %s", (policy, endedBy) => {
    expect(behind(traced(scenario(policy), { number: 10 })).endedBy).toBe(endedBy);
  });

  test("a refused attempt never arrives", () => {
    const fault = { kind: "refused", service: "back", at: 0 } as const;
    const [attempt] = behind(traced(scenario(undefined, [fault]), { number: 1 })).attempts;
    expect(attempt).toMatchObject({ arrivedMs: null, served: "nothing", end: "failed" });
  });

  test("the slowest, and the first from a time on", () => {
    const all = Array.from({ length: 20 }, (_, i) => traced(scenario(), { number: i + 1 }));
    const took = all.map(({ startedMs, endedMs }) => (endedMs ?? 0) - startedMs);
    const slowest = traceRequest(resolved(scenario()), { slowest: true }).trace;
    expect(slowest?.number).toBe(took.indexOf(Math.max(...took)) + 1);
    const later = traceRequest(resolved(scenario()), { fromMs: 330 }).trace;
    expect(later?.call.startedMs).toBeGreaterThanOrEqual(330);
    expect(later?.call.startedMs).toBeLessThan(380);
  });

  test("there is no trace of a request that was never made", () => {
    expect(traceRequest(resolved(scenario()), { number: 21 }).trace).toBeUndefined();
    expect(traceRequest(resolved(scenario()), { fromMs: 2000 }).trace).toBeUndefined();
  });

  test("the run is the same, to the byte, as without a trace", () => {
    const policy = { timeout: "150ms", retry: { attempts: 3 }, circuitBreaker: {} };
    const fault = { kind: "latency", service: "back", at: "300ms", add: "90ms" } as const;
    const document = { ...scenario(policy, [fault]), seed: 7 };
    const { result } = traceRequest(resolved(document), { slowest: true });
    expect(JSON.stringify(result)).toBe(JSON.stringify(run(document)));
  });
});
