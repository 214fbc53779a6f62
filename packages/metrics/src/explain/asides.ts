import type { EdgeResult, RunResult, ServiceResult } from "../result.ts";
import { formatMs } from "../text.ts";
import { capitalised } from "./phrases.ts";

/** Work that goes on for this share of the load's duration after its end is worth a sentence. */
const LONG_TAIL = 0.25;
/** Nobody waited for most of it. */
const MOSTLY = 0.5;

/** What else a reader of the headline wants to know: work that outlived the load, and a policy that never acted. */
export function asidesOf(result: RunResult): string {
  if (result.faults.length === 0) return "";
  const sentences = [tailText(result), idlePolicyText(result)].filter((text) => text !== null);
  return sentences.map((text) => ` ${text}`).join("");
}

function tailText({ summary, services, durationMs }: RunResult): string | null {
  const { tailMs, tailService } = summary;
  const service = services.find(({ name }) => name === tailService);
  if (service === undefined || tailMs < durationMs * LONG_TAIL || !mostlyWasted(service))
    return null;
  const who = capitalised(service.name);
  return `${who} worked for another ${formatMs(tailMs)} on requests that nobody waited for any more.`;
}

function mostlyWasted({ busyMs, wastedMs }: ServiceResult): boolean {
  return busyMs > 0 && wastedMs >= busyMs * MOSTLY;
}

/** A slow dependency that never fails gives retries and breakers nothing to act on. */
function idlePolicyText({ edges, faults }: RunResult): string | null {
  const slow = faults.filter(({ kind, struck }) => kind === "latency" && struck > 0);
  const edge = edges.find(
    (candidate) => slow.some(({ target }) => target === candidate.to) && neverFailed(candidate),
  );
  if (edge === undefined) return null;
  return `No attempt of ${edge.name} failed, so its policy (${edge.policy}) had nothing to act on.`;
}

function neverFailed({ policy, attempts, attemptOutcomes }: EdgeResult): boolean {
  return policy !== "" && attempts > 0 && attemptOutcomes.ok === attempts;
}
