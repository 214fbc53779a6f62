/** How a run grows: what an event costs the more is pending, what a pending request takes, and one very large run. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "../measure.ts";
import { claimTable } from "./table.ts";

export interface SizeCounts {
  /** Events ahead, fewest first. */
  readonly pending: readonly number[];
  readonly services: number;
  readonly repeats: number;
}

interface Large {
  readonly requests: number;
  readonly events: number;
  readonly wallMs: number;
  readonly megabytes: number;
}

const MOST_GROWTH = 2.5;

export function sizesTable({ pending, services, repeats }: SizeCounts): string {
  const rounds = Array.from({ length: repeats }, () => pending.map((count) => nsPerEvent(count)));
  const costs = pending.map((_, index) => median(rounds.map((round) => round[index] as number)));
  const growth = median(rounds.map((round) => (round.at(-1) as number) / (round[0] as number)));
  const few = run("inService", pending[0] as number);
  const many = run("inService", pending.at(-1) as number);
  const bytes = ((many.megabytes - few.megabytes) * 2 ** 20) / (many.requests - few.requests);
  const scale = run("scale", services);
  const perSecond = (scale.events / scale.wallMs) * 1000;
  return [
    `| Events pending | ${pending.map((count) => count.toLocaleString("en")).join(" | ")} |`,
    `|---|${pending.map(() => "--:").join("|")}|`,
    `| ns per event | ${costs.map((ns) => ns.toFixed(0)).join(" | ")} |`,
    "",
    `A request in service takes ${bytes.toFixed(0)} bytes, by the peak of the process.`,
    "",
    `${services.toLocaleString("en")} services, ${(10 * services).toLocaleString("en")} instances, ${(100 * services).toLocaleString("en")} requests per second, 60 simulated seconds: ` +
      `${scale.requests.toLocaleString("en")} requests and ${scale.events.toLocaleString("en")} events in ${(scale.wallMs / 1000).toFixed(1)} s, ` +
      `${perSecond.toFixed(0)} events per second; the process took ${scale.megabytes.toFixed(0)} MB.`,
    "",
    claimTable([
      {
        what: `growth of the cost per event from ${pending[0]} to ${pending.at(-1)} pending`,
        target: `at most ${MOST_GROWTH}`,
        measured: growth.toFixed(1),
        met: growth <= MOST_GROWTH,
      },
    ]),
  ].join("\n");
}

function nsPerEvent(pending: number): number {
  const { wallMs, events } = run("pending", pending);
  return (1e6 * wallMs) / events;
}

function run(kind: "pending" | "inService" | "scale", count: number): Large {
  const script = fileURLToPath(new URL("large.ts", import.meta.url));
  const args = ["--conditions=breakwater-source", script, kind, String(count)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Large;
}
