/** What the fault proxy without a fault costs, beside others, in one run. */
import { median } from "./measure.ts";
import { contenders, startOrigin } from "./proxy/contender.ts";
import { bytesPerSecond, requestsPerSecond } from "./proxy/load.ts";

export interface ProxyCounts {
  readonly forMs: number;
  readonly connections: number;
}

export const PROXY_COUNTS: ProxyCounts = { forMs: 1_000, connections: 32 };

interface Rates {
  readonly bytes: number[];
  readonly requests: number[];
}

export async function proxyTable(
  { forMs, connections }: ProxyCounts,
  repeats: number,
  progress: (text: string) => void,
): Promise<string> {
  const found = new Map<string, Rates>();
  const absent = new Set<string>();
  for (let repeat = 1; repeat <= repeats; repeat++) {
    for (const contender of contenders) {
      progress(`${repeat} of ${repeats}: ${contender.name}`);
      // A fresh origin for each, so that none profits from what another warmed up.
      const origin = await startOrigin();
      const running = await contender.start(origin.ports);
      if (running === undefined) {
        absent.add(`${contender.name} was left out. ${contender.absent}`);
      } else {
        const rates = found.get(contender.name) ?? { bytes: [], requests: [] };
        found.set(contender.name, rates);
        rates.bytes.push(await bytesPerSecond(running.ports.bulk, forMs));
        rates.requests.push(await requestsPerSecond(running.ports.requests, connections, forMs));
        running.stop();
      }
      origin.stop();
    }
  }
  return text(found, { forMs, connections }, repeats, [...absent]);
}

function text(
  found: ReadonlyMap<string, Rates>,
  { forMs, connections }: ProxyCounts,
  repeats: number,
  absent: readonly string[],
): string {
  const of = (name: string, what: keyof Rates): number => median(found.get(name)?.[what] ?? []);
  const share = (name: string, what: keyof Rates): string =>
    `${Math.round((100 * of(name, what)) / of("direct", what))} %`;
  const rows = [...found.keys()].map((name) => {
    const bytes = `${(of(name, "bytes") / 1e6).toFixed(0)} MB/s`;
    const requests = of(name, "requests").toFixed(0);
    return `| ${name} | ${bytes} | ${share(name, "bytes")} | ${requests} | ${share(name, "requests")} |`;
  });
  return [
    `Node ${process.versions.node}; rounds: ${repeats}, of ${forMs / 1_000} s for each number.`,
    "",
    `| | One connection, bulk | of direct | Requests/s, ${connections} connections | of direct |`,
    "|---|--:|--:|--:|--:|",
    ...rows,
    ...absent.map((line) => `\n${line}`),
  ].join("\n");
}
