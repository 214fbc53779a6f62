import type { CircuitResult } from "@breakwater/metrics";
import { resampleToWidth } from "./resample.ts";

const GLYPHS = { closed: "▁", someOpen: "╱", open: "╳", halfOpen: "◐" } as const;

export const CIRCUIT_LEGEND = `${GLYPHS.closed} closed  ${GLYPHS.someOpen} some open  ${GLYPHS.open} all open  ${GLYPHS.halfOpen} half-open`;

/**
 * The states of an edge's breakers over time, one glyph per column. A half-open moment is short, so a column that
 * has one shows it even when the circuit was open for the rest of it.
 */
export function circuitLane(circuit: CircuitResult, width: number): string {
  const open = resampleToWidth(circuit.series.open, width, "max");
  const halfOpen = resampleToWidth(circuit.series.halfOpen, width, "max");
  return open
    .map((count, column) => {
      if ((halfOpen[column] ?? 0) > 0) return GLYPHS.halfOpen;
      if (count <= 0) return GLYPHS.closed;
      return count >= circuit.breakers ? GLYPHS.open : GLYPHS.someOpen;
    })
    .join("");
}
