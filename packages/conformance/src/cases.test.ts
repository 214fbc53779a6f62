import { describe, expect, it } from "vitest";
import { CASES } from "./cases/all.ts";
import { SHELLS } from "./shells/all.ts";
import { transcript } from "./trace.ts";

for (const [about, cases] of Object.entries(CASES)) {
  describe(about, () => {
    describe.each(cases)("$name", (conformanceCase) => {
      it.each(SHELLS)("$name", async (shell) => {
        const trace = await shell.run(conformanceCase);
        expect(transcript(trace, conformanceCase.show)).toEqual(conformanceCase.expect);
        // The transcript leaves some details out; there too, all shells agree.
        expect(trace).toEqual(await SHELLS[0]?.run(conformanceCase));
      });
    });
  });
}

it("tells its cases apart by name", () => {
  const names = Object.entries(CASES).flatMap(([about, cases]) =>
    cases.map(({ name }) => `${about}: ${name}`),
  );
  expect(new Set(names).size).toBe(names.length);
});
