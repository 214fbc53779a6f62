import { describe, expect, it } from "vitest";
import { answer, fail, make, RETRY } from "../../test-support/driven.ts";
import { parseExposition } from "../../test-support/exposition-parser.ts";
import { InvalidOptionsError, policy } from "../index.ts";
import { prometheus } from "../prometheus.ts";

const down = new Error("down");

describe("prometheus", () => {
  it("counts calls, attempts and retries, and how long calls took", async () => {
    const { clock, subject } = make({ name: "stock", idempotent: true, retry: RETRY });
    const endpoint = prometheus([subject]);
    const good = subject.run(() => answer(clock, 30, 1));
    const bad = subject.runOutcome(() => fail(clock, 10, down));
    await clock.advance(1000);
    await Promise.all([good, bad]);
    const metrics = parseExposition(endpoint.text());
    const calls = metrics.get("breakwater_calls_total");
    expect(calls?.type).toBe("counter");
    expect(Object.fromEntries(calls?.samples ?? [])).toEqual({
      "breakwater_calls_total{policy=stock,outcome=ok}": 1,
      "breakwater_calls_total{policy=stock,outcome=failed}": 1,
      "breakwater_calls_total{policy=stock,outcome=fallback}": 0,
      "breakwater_calls_total{policy=stock,outcome=timedOut}": 0,
      "breakwater_calls_total{policy=stock,outcome=shortCircuited}": 0,
      "breakwater_calls_total{policy=stock,outcome=rejected}": 0,
      "breakwater_calls_total{policy=stock,outcome=cancelled}": 0,
    });
    expect(Object.fromEntries(metrics.get("breakwater_attempts_total")?.samples ?? [])).toEqual({
      "breakwater_attempts_total{policy=stock,outcome=ok}": 1,
      "breakwater_attempts_total{policy=stock,outcome=failed}": 3,
    });
    const one = (metric: string, key: string) => metrics.get(metric)?.samples.get(metric + key);
    expect(one("breakwater_retries_total", "{policy=stock}")).toBe(2);
    const stopped = "{policy=stock,reason=attemptsExhausted}";
    expect(one("breakwater_retries_stopped_total", stopped)).toBe(1);
    const durations = metrics.get("breakwater_call_duration_seconds")?.samples;
    const bucket = (le: string) =>
      durations?.get(`breakwater_call_duration_seconds_bucket{policy=stock,le=${le}}`);
    // 30 ms, and 10 + 100 + 10 + 200 + 10 ms.
    expect(["0.025", "0.05", "0.25", "0.5", "+Inf"].map(bucket)).toEqual([0, 1, 1, 2, 2]);
    expect(durations?.get("breakwater_call_duration_seconds_count{policy=stock}")).toBe(2);
    const sum = durations?.get("breakwater_call_duration_seconds_sum{policy=stock}");
    expect(sum).toBeCloseTo(0.36, 9);
  });

  it("tells the state of circuits as of now, and what they refused", async () => {
    const circuitBreaker = { window: { kind: "consecutive", failures: 1 }, openFor: "1s" } as const;
    const { clock, subject } = make({ name: "stock", circuitBreaker });
    const endpoint = prometheus([subject, policy({ name: "plain" })]);
    const state = () =>
      [...(parseExposition(endpoint.text()).get("breakwater_circuit_state")?.samples ?? [])]
        .filter(([, value]) => value === 1)
        .map(([key]) => key);
    expect(state()).toEqual(["breakwater_circuit_state{policy=stock,state=closed}"]);
    await subject.runOutcome(() => Promise.reject(down));
    await subject.runOutcome(() => 1);
    expect(state()).toEqual(["breakwater_circuit_state{policy=stock,state=open}"]);
    const metrics = parseExposition(endpoint.text());
    expect([...(metrics.get("breakwater_refusals_total")?.samples ?? [])]).toEqual([
      ["breakwater_refusals_total{policy=stock,reason=circuitOpen}", 1],
    ]);
    expect([...(metrics.get("breakwater_circuit_changes_total")?.samples ?? [])]).toEqual([
      ["breakwater_circuit_changes_total{policy=stock,change=circuitOpened}", 1],
    ]);
    await clock.advance(1000);
    expect(state()).toEqual(["breakwater_circuit_state{policy=stock,state=halfOpen}"]);
  });

  it("escapes names", async () => {
    const name = 'a "quoted" \\ name\nin two lines, with {braces}';
    const subject = policy({ name });
    const endpoint = prometheus([subject]);
    await subject.run(() => 1);
    const samples = parseExposition(endpoint.text()).get("breakwater_calls_total")?.samples;
    expect(samples?.get(`breakwater_calls_total{policy=${name},outcome=ok}`)).toBe(1);
  });

  it("leaves out the duration of a call that had begun before", async () => {
    const { clock, subject } = make({ name: "stock" });
    const early = subject.run(() => answer(clock, 50, 1));
    await clock.advance(10);
    const endpoint = prometheus([subject]);
    await clock.advance(50);
    await early;
    const metrics = parseExposition(endpoint.text());
    const key = "breakwater_calls_total{policy=stock,outcome=ok}";
    expect(metrics.get("breakwater_calls_total")?.samples.get(key)).toBe(1);
    const durations = metrics.get("breakwater_call_duration_seconds")?.samples;
    expect(durations?.get("breakwater_call_duration_seconds_count{policy=stock}")).toBe(0);
  });

  it("stops when told to", async () => {
    const subject = policy({});
    const endpoint = prometheus([subject]);
    endpoint.stop();
    await subject.run(() => 1);
    const samples = parseExposition(endpoint.text()).get("breakwater_calls_total")?.samples;
    expect(samples?.get("breakwater_calls_total{policy=,outcome=ok}")).toBe(0);
  });

  it("refuses two policies of one name", () => {
    const same = [policy({ name: "a" }), policy({ name: "b" }), policy({ name: "a" })];
    expect(() => prometheus(same)).toThrow(InvalidOptionsError);
    expect(() => prometheus(same)).toThrow("policies[2].name");
  });

  it("says what it is", () => {
    expect(prometheus([]).contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
  });
});
