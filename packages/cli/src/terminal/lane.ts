import type { CircuitResult } from "@breakwater/metrics";
import { resampleToWidth } from "./resample.ts";

const GLYPHS = { closed: "▁", someOpen: "╱", open: "╳", halfOpen: "◐" } as const;

export const CIRCUIT_LEGEND = `${GLYPHS.closed} closed  ${GLYPHS.someOpen} some open  ${GLYPHS.open} all open  ${GLYPHS.halfOpen} half-open`;

/**
 * The states of an edge's breakers over time, one glyph per column. A half-open moment is mostly shorter than a
 * bucket, so its events are told as well; a column that has one shows it whatever else the circuit was in it.
 */
export function circuitLane(
  circuit: CircuitResult,
  width: number,
  trials: { readonly atMs: readonly number[]; readonly endMs: number },
): string {
  const open = resampleToWidth(circuit.series.open, width, "max");
  const halfOpen = resampleToWidth(circuit.series.halfOpen, width, "max");
  const tried = new Set(trials.atMs.map((atMs) => Math.floor((atMs / trials.endMs) * width)));
  return open
    .map((count, column) => {
      if ((halfOpen[column] ?? 0) > 0 || tried.has(column)) return GLYPHS.halfOpen;
      if (count <= 0) return GLYPHS.closed;
      return count >= circuit.breakers ? GLYPHS.open : GLYPHS.someOpen;
    })
    .join("");
}
