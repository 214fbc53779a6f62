import { expect, it } from "vitest";
import { bareTables } from "./bare.ts";
import { cacheBare, outlierDetectionBare, policyBare } from "./tables.ts";

it("is up to date with the tables in the policies' options.ts (npm run tables writes it)", () => {
  expect({
    policy: policyBare,
    cache: cacheBare,
    outlierDetection: outlierDetectionBare,
  }).toEqual(bareTables());
});

it("leaves out nothing but explanations of what is not required", () => {
  const { policy } = bareTables();
  expect(policy?.lateAnswers).toEqual({
    kind: "choice",
    choices: ["ignored", "taken"],
    default: "ignored",
  });
  expect(policy?.hedge).toMatchObject({
    fields: { delay: { kind: "duration", required: true, about: expect.stringContaining("out") } },
  });
});
