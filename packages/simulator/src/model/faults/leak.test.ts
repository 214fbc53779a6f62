import { expect, test } from "vitest";
import { outcomes, play, type Small, service, serviceOf } from "../../../test-support/timeline.ts";

const leak = { kind: "leak", service: "shop", grows: 1, at: 1000 } as const;
const small = (rest: Partial<Small> = {}): Small => ({
  services: { shop: service([{ work: 10 }]) },
  calls: [0, 1000, 2000, 4000],
  faults: [leak],
  ...rest,
});

test("work takes longer evenly from its beginning on: a second per second adds its own length", () => {
  expect(outcomes(play(small()))).toEqual(["10 ok", "1010 ok", "2020 ok", "4040 ok"]);
});

test("never slower than by the highest factor, and as before when it is over", () => {
  expect(outcomes(play(small({ faults: [{ ...leak, most: 3 }] })))).toContain("4030 ok");
  expect(outcomes(play(small({ faults: [{ ...leak, for: 1500 }] })))).toContain("4010 ok");
});

test("begins anew where an instance is started again, and only there", () => {
  const crash = { kind: "crash", service: "shop", instance: 0, at: 2500, for: 500 } as const;
  expect(outcomes(play(small({ faults: [leak, crash] })))).toContain("4020 ok");
  const services = { shop: service([{ work: 10 }], { instances: 2 }) };
  const both = play(small({ services, calls: [4000, 4000], faults: [leak, crash] }));
  expect(outcomes(both)).toEqual(["4020 ok", "4040 ok"]);
  expect(serviceOf(both, "shop").ok).toBe(2);
});

test("slows a single instance or a share of the requests where it is told to", () => {
  const services = { shop: service([{ work: 10 }], { instances: 2 }) };
  const one = play(small({ services, calls: [2000, 2000], faults: [{ ...leak, instance: 1 }] }));
  expect(outcomes(one)).toEqual(["2010 ok", "2020 ok"]);
});
