import { Histogram } from "@breakwater/metrics";
import { checkScenario } from "@breakwater/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Endpoints, OTHERS } from "./endpoints.ts";
import { fitted } from "./fit.ts";
import { LineSplitter } from "./lines.ts";
import { Slices } from "./slices.ts";

describe("lines", () => {
  test("are the same however the bytes are cut", () => {
    const bytes = fc.array(fc.constantFrom(10, 13, 65, 0xc3, 0xa4, 66), { maxLength: 60 });
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(7)), (all, cuts) => {
        const found: (string | undefined)[] = [];
        const lines = new LineSplitter(5, (line) => found.push(line));
        let from = 0;
        for (const cut of cuts) {
          lines.push(Uint8Array.from(all.slice(from, from + cut)));
          from += cut;
        }
        lines.push(Uint8Array.from(all.slice(from)));
        lines.end();
        const parts: number[][] = [[]];
        for (const byte of all) byte === 10 ? parts.push([]) : parts.at(-1)?.push(byte);
        if (parts.at(-1)?.length === 0) parts.pop();
        const expected = parts.map((part) =>
          part.length > 5 ? undefined : Buffer.from(part).toString("utf8").replace(/\r$/, ""),
        );
        expect(found).toEqual(expected);
      }),
    );
  });
});

describe("slices", () => {
  test("keep every call, whatever the times are, and never many slices", () => {
    const times = fc.array(fc.integer({ min: -1e14, max: 1e14 }), { minLength: 2, maxLength: 200 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 50 }), (all, count) => {
        const slices = new Slices();
        for (const atMs of all) slices.add(atMs);
        const { fromMs = 0, toMs = 0 } = slices.span ?? {};
        expect([fromMs, toMs]).toEqual([Math.min(...all), Math.max(...all)]);
        if (toMs === fromMs) return;
        const sum = slices.parts(count).reduce((total, calls) => total + calls, 0);
        expect(sum).toBeCloseTo(all.length, 3);
      }),
    );
  });

  test("follow a load that rises", () => {
    const slices = new Slices();
    for (let ms = 0; ms < 100_000; ms += 100) slices.add(ms);
    for (let ms = 100_000; ms <= 200_000; ms += 50) slices.add(ms);
    const [first = 0, second = 0] = slices.parts(2);
    expect(second / first).toBeCloseTo(2, 1);
    const many = new Slices();
    for (let hour = 0; hour < 20_000; hour++) many.add(hour * 3_600_000);
    for (const calls of many.parts(4)) expect(Math.abs(calls - 5000)).toBeLessThan(10);
  });
});

describe("endpoints", () => {
  const record = { atMs: 0, service: "", method: "GET", status: 200, durationMs: 1 };

  test("names of things are folded where there are many, and nowhere else", () => {
    const endpoints = new Endpoints();
    const letters = (i: number): string =>
      i.toString(26).replace(/\d/g, (d) => "qrstuvwxyz"[Number(d)] ?? "");
    for (let i = 0; i < 2030; i++) {
      endpoints.add({ ...record, path: `/users/${letters(i)}/cart` });
      endpoints.add({ ...record, path: "/users" });
      endpoints.add({ ...record, path: `/shop/${["shoes", "hats"][i % 2]}` });
    }
    const list = endpoints.list().map(({ path, calls }) => [path, calls]);
    expect(Object.fromEntries(list)).toEqual({
      "/users/{name}/cart": 2030,
      "/users": 2030,
      "/shop/shoes": 1015,
      "/shop/hats": 1015,
    });
  });

  test("their number is bounded, and no call is lost", () => {
    const endpoints = new Endpoints();
    for (let i = 0; i < 30_000; i++) {
      const method = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i % 26] ?? "";
      endpoints.add({ ...record, service: `s${i % 997}`, method, path: `/x${i % 50}` });
    }
    const list = endpoints.list();
    expect(list.length).toBeLessThanOrEqual(2001);
    expect(list.reduce((sum, { calls }) => sum + calls, 0)).toBe(30_000);
    expect(list.find(({ path }) => path === OTHERS)?.calls).toBeGreaterThan(1000);
  });
});

describe("a fitted distribution", () => {
  const recorded = (values: readonly number[]): Histogram => {
    const histogram = new Histogram();
    for (const value of values) histogram.record(value);
    return histogram;
  };
  /** Quantiles of the standard normal distribution, by bisection. */
  const z = (share: number): number => {
    let [low, high] = [-6, 6];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      const t = 1 / (1 + 0.2316419 * Math.abs(middle));
      const tail =
        Math.exp((-middle * middle) / 2) *
        0.3989423 *
        t *
        (0.3193815 + t * (-0.3565638 + t * (1.781478 + t * (-1.821256 + t * 1.330274))));
      if ((middle > 0 ? 1 - tail : tail) < share) low = middle;
      else high = middle;
    }
    return low;
  };

  test("is the lognormal one that the durations came from", () => {
    const values = Array.from({ length: 2000 }, (_, i) => 20 * Math.exp(0.5 * z((i + 0.5) / 2000)));
    const fit = fitted(recorded(values)) as { kind: string; mean: string; sigma: number };
    expect(fit.kind).toBe("lognormal");
    expect(fit.sigma).toBeCloseTo(0.5, 1);
    expect(Number.parseFloat(fit.mean)).toBeCloseTo(20 * Math.exp(0.125), 0);
  });

  test("repeats the measured percentiles where no such shape fits", () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i < 800 ? 5 : 500 + (i % 100) * 5));
    const fit = fitted(recorded(values)) as { kind: string; percentiles: Record<string, string> };
    expect(fit.kind).toBe("empirical");
    const at = (percentile: string) => Number.parseFloat(fit.percentiles[percentile] ?? "");
    for (const percentile of ["0", "1", "50", "75"]) expect(at(percentile)).toBe(5);
    // A histogram tells values apart to 1/128.
    expect(Math.abs(at("90") / 745 - 1)).toBeLessThan(0.02);
    expect(at("100")).toBe(995);
  });

  test("is each of the durations where they are few", () => {
    expect(fitted(recorded([5, 1, 5]))).toEqual({
      kind: "mixture",
      of: [
        { weight: 33.33, value: "1ms" },
        { weight: 66.67, value: "5ms" },
      ],
    });
    expect(fitted(recorded([7, 7]))).toBe("7ms");
  });

  test("is one that scenarios take, whatever was measured", () => {
    const durations = fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(durations, (values) => {
        const work = fitted(recorded(values));
        const services = { a: { endpoints: { b: { steps: [{ work }] } } } };
        const load = { c: { kind: "open", to: "a", rate: 1 } };
        const checked = checkScenario({ duration: "1s", services, load });
        expect(checked.ok ? [] : checked.problems).toEqual([]);
      }),
    );
  });
});
