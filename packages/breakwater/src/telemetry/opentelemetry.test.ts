import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  StackContextManager,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { describe, expect, it } from "vitest";
import { answer, fail, make, never, RETRY } from "../../test-support/driven.ts";
import { cached, policy } from "../index.ts";
import { instrument } from "../opentelemetry.ts";

const down = new Error("down");

function metering() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const read = async () => {
    exporter.reset();
    await provider.forceFlush();
    const found = new Map<string, Record<string, unknown>>();
    for (const { scopeMetrics } of exporter.getMetrics()) {
      for (const { descriptor, dataPoints } of scopeMetrics.flatMap(({ metrics }) => metrics)) {
        const points = dataPoints.map(({ attributes, value }) => [
          Object.values(attributes).join(" "),
          value,
        ]);
        found.set(descriptor.name, Object.fromEntries(points));
      }
    }
    return found;
  };
  return { meter: provider.getMeter("test"), read };
}

function tracing() {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  return { tracer: provider.getTracer("test"), spans: () => exporter.getFinishedSpans() };
}

describe("metrics", () => {
  it("count calls and attempts, and measure how long calls take", async () => {
    const { meter, read } = metering();
    const { clock, subject } = make({ name: "stock", idempotent: true, retry: RETRY });
    instrument(subject, { meter });
    const good = subject.run(() => answer(clock, 30, 1));
    const bad = subject.runOutcome(() => fail(clock, 10, down));
    await clock.advance(1000);
    await Promise.all([good, bad]);
    const found = await read();
    expect(found.get("breakwater.calls")).toEqual({ "stock ok": 1, "stock failed": 1 });
    expect(found.get("breakwater.attempts")).toEqual({ "stock ok": 1, "stock failed": 3 });
    expect(found.get("breakwater.retries")).toEqual({ stock: 2 });
    expect(found.get("breakwater.call.duration")).toMatchObject({
      "stock ok": { count: 1, sum: 0.03 },
      "stock failed": { count: 1, sum: 0.33 },
    });
  });

  it("tell the circuit's state, until they are stopped", async () => {
    const { meter, read } = metering();
    const circuitBreaker = { window: { kind: "consecutive", failures: 1 } } as const;
    const { subject } = make({ name: "stock", circuitBreaker });
    const stop = instrument(subject, { meter });
    await subject.runOutcome(() => Promise.reject(down));
    await subject.runOutcome(() => 1);
    const found = await read();
    expect(found.get("breakwater.circuit.state")).toEqual({
      "stock closed": 0,
      "stock halfOpen": 0,
      "stock open": 1,
      "stock isolated": 0,
    });
    expect(found.get("breakwater.refusals")).toEqual({ "stock circuitOpen": 1 });
    expect(found.get("breakwater.circuit.changes")).toEqual({ "stock circuitOpened": 1 });
    stop();
    await subject.runOutcome(() => 1);
    subject.breaker?.reset();
    const after = await read();
    expect(after.get("breakwater.refusals")).toEqual({ "stock circuitOpen": 1 });
    // The SDK repeats what it was told last; nobody has told it that the circuit closed.
    expect(after.get("breakwater.circuit.state")).toMatchObject({ "stock open": 1 });
  });

  it("tell two policies apart that share a meter", async () => {
    const { meter, read } = metering();
    for (const name of ["a", "b"]) {
      const subject = policy({ name });
      instrument(subject, { meter });
      await subject.run(() => 1);
    }
    expect((await read()).get("breakwater.calls")).toEqual({ "a ok": 1, "b ok": 1 });
  });
});

describe("spans", () => {
  it("have attempts as spans of their own, and what else happened as events", async () => {
    const { tracer, spans } = tracing();
    const { clock, subject } = make({ name: "stock", idempotent: true, retry: RETRY });
    instrument(subject, { tracer });
    const result = subject.runOutcome(({ attempt }) =>
      attempt === 1 ? fail(clock, 10, down) : answer(clock, 5, 1),
    );
    await clock.advance(1000);
    await result;
    const [first, second, span, ...others] = spans();
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      name: "attempt 1",
      status: { code: SpanStatusCode.ERROR, message: "failed" },
      attributes: { "breakwater.attempt": 1, "breakwater.outcome": "failed" },
    });
    expect(second).toMatchObject({ name: "attempt 2", status: { code: SpanStatusCode.UNSET } });
    for (const attempt of [first, second]) {
      expect(attempt?.parentSpanContext?.spanId).toBe(span?.spanContext().spanId);
    }
    expect(span).toMatchObject({
      name: "breakwater stock",
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        "breakwater.policy": "stock",
        "breakwater.outcome": "ok",
        "breakwater.attempts": 2,
      },
    });
    expect(span?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ["retryScheduled", { "breakwater.nextTry": 2, "breakwater.delayMs": 100 }],
    ]);
  });

  it("are errors when the call failed, and say what a fallback stood in for", async () => {
    const { tracer, spans } = tracing();
    for (const options of [{}, { fallback: { value: 0 } }]) {
      const subject = policy(options);
      instrument(subject, { tracer });
      await subject.runOutcome(() => Promise.reject(down));
    }
    const [, failed, , stoodIn] = spans();
    expect(failed).toMatchObject({
      name: "breakwater",
      status: { code: SpanStatusCode.ERROR, message: "failed" },
    });
    expect(stoodIn?.status.code).toBe(SpanStatusCode.UNSET);
    expect(stoodIn?.attributes).toMatchObject({
      "breakwater.outcome": "fallback",
      "breakwater.cause": "failed",
    });
  });

  it("end when the listening ends, and leave out calls that had begun before", async () => {
    const { tracer, spans } = tracing();
    const { clock, subject } = make({ timeout: "100ms" });
    const early = subject.runOutcome(never);
    const stop = instrument(subject, { tracer });
    const late = subject.runOutcome(never);
    await clock.advance(50);
    stop();
    stop();
    await clock.advance(100);
    await Promise.all([early, late]);
    expect(spans().map(({ name }) => name)).toEqual(["attempt 1", "breakwater"]);
  });

  it("stand under the caller's span, where the caller has a context", async () => {
    const { tracer, spans } = tracing();
    context.setGlobalContextManager(new StackContextManager().enable());
    try {
      const subject = policy({});
      instrument(subject, { tracer });
      const parent = tracer.startSpan("request");
      await context.with(trace.setSpan(context.active(), parent), () => subject.run(() => 1));
      parent.end();
      const [, inner] = spans();
      expect(inner?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
    } finally {
      context.disable();
    }
  });

  it("are above the spans that the function makes, in each attempt and after each wait", async () => {
    const { tracer, spans } = tracing();
    context.setGlobalContextManager(new StackContextManager().enable());
    try {
      const bulkhead = { concurrent: 1, queue: { size: 5 } };
      const { clock, subject } = make({ idempotent: true, retry: RETRY, bulkhead });
      const prices = cached(subject, { ttl: 0, staleIfError: "1s" });
      instrument(subject, { tracer });
      const work = (name: string) => () => tracer.startSpan(name).end();
      let failures = 1;
      const calls = [
        subject.run(() => answer(clock, 10, 1)),
        subject.run(work("waited")),
        subject.run(() => (failures-- > 0 ? fail(clock, 1, down) : work("retried")())),
        prices.run("milk", work("shared")),
      ];
      await clock.advance(5000);
      await Promise.all(calls);
      const byId = new Map(spans().map((span) => [span.spanContext().spanId, span]));
      const above = (name: string) => {
        const own = spans().find((span) => span.name === name);
        const attempt = byId.get(own?.parentSpanContext?.spanId ?? "");
        const call = byId.get(attempt?.parentSpanContext?.spanId ?? "");
        return [attempt?.name, call?.name];
      };
      expect(above("waited")).toEqual(["attempt 1", "breakwater"]);
      expect(above("retried")).toEqual(["attempt 2", "breakwater"]);
      expect(above("shared")).toEqual(["attempt 1", "breakwater"]);
      expect(trace.getActiveSpan()).toBeUndefined();
    } finally {
      context.disable();
    }
  });
});
