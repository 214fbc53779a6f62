import { describe, expect, it } from "vitest";
import { answer } from "../../test-support/driven.ts";
import { ManualClock } from "../clock/manual-clock.ts";
import { policy } from "../index.ts";
import { ChaosError, chaos } from "../testing.ts";

const CALLS = 2000;

/** Which of many calls fail, as indices. */
async function failures(options: Parameters<typeof chaos>[0], calls = CALLS): Promise<number[]> {
  const disturbed = chaos(options)((value: number) => value);
  const failed: number[] = [];
  for (let call = 0; call < calls; call++) {
    await disturbed(call).catch((error) => {
      expect(error).toBeInstanceOf(ChaosError);
      failed.push(call);
    });
  }
  return failed;
}

describe("chaos", () => {
  it("passes arguments and answers through when nothing is asked for", async () => {
    const disturbed = chaos({ seed: 1 })(async (a: number, b: number) => a + b);
    expect(await disturbed(2, 3)).toBe(5);
  });

  it("fails the share of calls that was asked for, the same ones for the same seed", async () => {
    const first = await failures({ seed: 7, errorRate: 0.2 });
    expect(first.length / CALLS).toBeGreaterThan(0.16);
    expect(first.length / CALLS).toBeLessThan(0.24);
    expect(await failures({ seed: 7, errorRate: 0.2 })).toEqual(first);
    expect(await failures({ seed: 8, errorRate: 0.2 })).not.toEqual(first);
  });

  it("fails the same calls and more at a higher rate", async () => {
    const few = await failures({ seed: 7, errorRate: 0.1 }, 300);
    const many = await failures({ seed: 7, errorRate: 0.3 }, 300);
    expect(few.length).toBeGreaterThan(0);
    expect(many.length).toBeGreaterThan(few.length);
    expect(few.filter((call) => !many.includes(call))).toEqual([]);
  });

  it("makes calls wait on the clock that it was given", async () => {
    const clock = new ManualClock();
    const slow = chaos({ seed: 1, latency: { min: "20ms", max: "40ms" }, clock })(() => "done");
    let answered: string | undefined;
    slow().then((value) => {
      answered = value;
    });
    await clock.advance(19);
    expect(answered).toBeUndefined();
    await clock.advance(21);
    expect(answered).toBe("done");
  });

  it("hangs until the signal of the attempt ends it", async () => {
    const clock = new ManualClock();
    const hanging = chaos({ seed: 1, hangRate: 1, clock })(() => "never");
    const subject = policy({ timeout: "100ms" }, { clock });
    const result = subject.runOutcome(hanging);
    await clock.advance(100);
    expect(await result).toMatchObject({ outcome: "timedOut" });
  });

  it("leaves no timer behind when the signal ends a wait", async () => {
    const clock = new ManualClock();
    const slow = chaos({ seed: 1, latency: "10s", clock })(() => answer(clock, 1, "late"));
    const subject = policy({ timeout: "100ms" }, { clock });
    const result = subject.runOutcome(slow);
    await clock.advance(100);
    expect(await result).toMatchObject({ outcome: "timedOut" });
    expect(clock.pending).toBe(0);
  });

  it.each([
    [{ seed: 1.5 }, "seed: 1.5"],
    [{ seed: 1, errorRate: 1.1 }, "errorRate: 1.1"],
    [{ seed: 1, hangRate: -0.1 }, "hangRate: -0.1"],
    [{ seed: 1, latency: "soon" }, "latency: soon"],
    [{ seed: 1, latency: { min: "2s", max: "1s" } }, "min is greater than max"],
  ])("refuses %j", (options, message) => {
    expect(() => chaos(options)).toThrow(RangeError);
    expect(() => chaos(options)).toThrow(message);
  });
});
