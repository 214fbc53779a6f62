import { type Aged, type CallResult, freshnessOfAll } from "breakwater";
import { Values } from "breakwater/prometheus";
import { Refused, unavailable } from "./edge.ts";

/** A list that the page shows, and how good it is. */
export interface Part extends Aged {
  readonly items: readonly unknown[];
  /** Why it is not what the dependency gave for this page. */
  readonly cause?: string;
}

/** The names of the parts in the answer. */
const PARTS = ["recommendations", "popular_items"] as const;
type PartName = (typeof PARTS)[number];
type Parts = Readonly<Record<PartName, Part>>;

/** Without permission there is nothing to show: that is no degradation. */
export const WITHHELD: Part = { items: [], freshness: "fresh", ageMs: 0, cause: "notPermitted" };

/** @throws the call's error, or 502, when nothing stands in for the list */
export function partOf(name: string, result: CallResult<unknown, unknown>): Part {
  if (result.outcome !== "ok" && result.outcome !== "fallback") {
    throw unavailable(name, result.error);
  }
  const { value, freshness, ageMs, cause } = result;
  if (value instanceof Refused) return WITHHELD;
  const items = Array.isArray(value) ? value : [];
  return { items, freshness, ageMs, ...(cause !== undefined && { cause }) };
}

export function listOf(body: unknown): unknown[] {
  if (Array.isArray(body)) return body;
  throw new Error("the answer is no list");
}

export interface Page {
  readonly body: object;
  readonly freshness: string;
  readonly degraded: readonly PartName[];
}

/** The page as it is sent: the lists, and for each how fresh it is. */
export function pageOf(parts: Parts): Page {
  const all = PARTS.map((name) => parts[name]);
  const { freshness, ageMs } = freshnessOfAll(all);
  const degraded = PARTS.filter((name) => parts[name].freshness !== "fresh");
  const quality = Object.fromEntries(
    PARTS.map((name) => {
      const { items: _items, ...rest } = parts[name];
      return [name, rest];
    }),
  );
  const lists = Object.fromEntries(PARTS.map((name) => [name, parts[name].items]));
  return { body: { ...lists, degraded, freshness, ageMs, parts: quality }, freshness, degraded };
}

/** Counts pages and their parts by how fresh they were. */
export class PageMetrics {
  readonly #pages = new Values("homepage_pages_total", "counter", "Pages answered.", ["freshness"]);
  readonly #parts = new Values(
    "homepage_parts_total",
    "counter",
    "Parts of pages, by how fresh they were and why.",
    ["part", "freshness", "cause"],
  );

  count({ freshness }: Page, parts: Parts): void {
    this.#pages.add([freshness]);
    for (const name of PARTS) {
      const { freshness: each, cause = "none" } = parts[name];
      this.#parts.add([name, each, cause]);
    }
  }

  text(): string {
    return this.#pages.text() + this.#parts.text();
  }
}
