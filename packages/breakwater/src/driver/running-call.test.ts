import { Call, EVERY_PART, resolvePolicy } from "@breakwater/policy";
import { expect, it } from "vitest";
import { realClock } from "../clock/real-clock.ts";
import { Driver } from "./driver.ts";
import { RunningCall } from "./running-call.ts";

it("begins as every call of the engine does", () => {
  const driver = new Driver(resolvePolicy({}), undefined, realClock, {
    parts: EVERY_PART,
    random: Math.random,
  });
  expect(new RunningCall(7, driver, () => 1, false)).toMatchObject({ ...new Call(7) });
});
