import { expect, test } from "vitest";
import { needs, STORE_KINDS, temporaryFolder } from "../test-support/stores.ts";
import { missingPrograms, processStage } from "./walk/processes.ts";
import { walk } from "./walk/run.ts";
import { WALK } from "./walk/steps.ts";

test("the programs of the walk are there", (context) => {
  const missing = missingPrograms();
  if (missing.length === 0) return;
  if (process.env.BREAKWATER_REQUIRE_ALL === "1") throw new Error(`missing: ${missing.join(", ")}`);
  console.warn(`the walk is skipped without ${missing.join(", ")}: apt-get install curl procps`);
  context.skip();
});

const ready = missingPrograms().length === 0;

test.runIf(ready).for(STORE_KINDS)(
  "every step of the walk with %s shows what it must",
  async (kind, context) => {
    needs(kind, context);
    const folder = temporaryFolder();
    let shown = "";
    try {
      await walk(WALK, processStage(kind, folder.path), (text) => {
        shown += text;
      });
    } finally {
      folder.remove();
    }
    expect(shown.match(/^# /gm)).toHaveLength(WALK.length);
    expect(shown).toMatch(/Visits: \d+/);
  },
);

test.runIf(ready)(
  "a step that does not show what it must fails the walk, and nothing is left",
  async () => {
    const folder = temporaryFolder();
    const [up, , , , , , visit] = WALK;
    if (up === undefined || visit === undefined) throw new Error("the walk has changed");
    let shown = "";
    const wrong = { ...visit, expect: { page: "degraded" } } as const;
    const walking = walk([up, wrong], processStage("stand-in", folder.path), (text) => {
      shown += text;
    });
    await expect(walking).rejects.toThrow(
      '"Every visit counts." did not show the page without a number',
    );
    const pids = [...shown.matchAll(/"pid":(\d+)/g)].map(([, pid]) => Number(pid));
    expect(pids).toHaveLength(2);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    folder.remove();
  },
);
