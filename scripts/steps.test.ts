import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

function runAll(...programs: string[]) {
  const steps = programs.map((code, at) => ({ name: `step ${at + 1}`, args: ["-e", code] }));
  const source = `
    import { runSteps } from ${JSON.stringify(new URL("./steps.ts", import.meta.url).href)};
    await runSteps(${JSON.stringify(steps)});
  `;
  const args = ["--input-type=module", "-e", source];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return { status, lines: stdout.replace(/\d+\.\d s/g, "N s").split("\n") };
}

test("quiet when all is well", () => {
  const { status, lines } = runAll('console.log("chatter")');
  expect(status).toBe(0);
  expect(lines).toEqual(["step 1  ok        N s", "All ok.", ""]);
});

test("goes on after a failure, shows what that step printed, and fails at the end", () => {
  const { status, lines } = runAll('console.log("why"); process.exit(3)', "");
  expect(status).toBe(1);
  expect(lines).toEqual([
    "step 1  failed    N s",
    "",
    "why",
    "",
    "step 2  ok        N s",
    "Failed: step 1",
    "",
  ]);
});
