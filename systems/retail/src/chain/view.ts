/** A document as clients see it. */
import type { Contents, Kind } from "../kinds/kind.ts";
import type { Entry } from "../store/store.ts";
import type { Trouble } from "./outbox.ts";

export interface View {
  readonly id: string;
  readonly status: string;
  /** Whether all services behind this one have done their part. */
  readonly complete: boolean;
  readonly acceptedAt: string;
  /** What it waits for longer than usual; null when all is well. */
  readonly degraded: Degraded | null;
  readonly contents: Contents;
}

interface Degraded {
  readonly waitingFor: string;
  readonly reason: string;
  readonly since: string;
}

const LINK = { pending: "accepted", delivered: "forwarded", done: "complete", refused: "refused" };

/** How far the order has come, in the words of the kind. */
export function statusOf(kind: Kind, { state, nextStatus }: Entry): string {
  if (state === "refused") return "refused";
  if (kind.name === "link") return LINK[state];
  if (state === "pending" || nextStatus === "") return kind.kept;
  return nextStatus === "shipped" ? "shipped" : kind.passedOn;
}

export function viewOf(kind: Kind, entry: Entry, trouble: Trouble | undefined): View {
  const { id, state, acceptedAtMs, contents } = entry;
  return {
    id,
    status: statusOf(kind, entry),
    complete: state === "done",
    acceptedAt: new Date(acceptedAtMs).toISOString(),
    degraded: degradedOf(kind, entry, trouble),
    contents,
  };
}

function degradedOf(kind: Kind, entry: Entry, trouble: Trouble | undefined): Degraded | null {
  const waitingFor = kind.nextName;
  if (entry.state === "done") return null;
  if (entry.state === "refused") {
    const since = new Date(entry.changedAtMs).toISOString();
    return { waitingFor, reason: `refused: ${entry.note}`, since };
  }
  if (trouble === undefined) return null;
  return { waitingFor, reason: trouble.reason, since: new Date(trouble.sinceMs).toISOString() };
}

export function viewSchema(kind: Kind) {
  const words = [kind.kept, kind.passedOn, "shipped", "refused"];
  const statuses = kind.name === "link" ? Object.values(LINK) : words;
  return {
    type: "object",
    required: ["id", "status", "complete", "acceptedAt", "degraded", "contents"],
    additionalProperties: false,
    properties: {
      id: { type: "string" },
      status: { type: "string", enum: [...new Set(statuses)] },
      complete: { type: "boolean", description: "Whether all services behind have it, too." },
      acceptedAt: { type: "string", format: "date-time" },
      degraded: {
        type: ["object", "null"],
        description: "What it waits for longer than usual.",
        required: ["waitingFor", "reason", "since"],
        additionalProperties: false,
        properties: {
          waitingFor: { type: "string" },
          reason: { type: "string" },
          since: { type: "string", format: "date-time" },
        },
      },
      contents: kind.schema,
    },
  };
}
