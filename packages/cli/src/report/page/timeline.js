// @ts-check
/** @import { PageResult } from "../page-data.ts" */
import { element, svg } from "./dom.js";
import { instant } from "./format.js";

const LANE_HEIGHT = 22;

/**
 * The time axis of the run: when load played, what was broken, and what each circuit did about it.
 * @param {HTMLElement} host
 * @param {PageResult} result
 * @param {number} endSeconds
 */
export function showTimeline(host, result, endSeconds) {
  const lanes = [loadLane(result), ...faultLanes(result), ...circuitLanes(result)];
  /** @type {SVGElement[]} */
  const crosshairs = [];
  const draw = () => {
    crosshairs.length = 0;
    host.replaceChildren(
      ...lanes.flatMap((lane) => {
        const label = element("div", { class: "lane-label", title: lane.about }, lane.label);
        const box = element("div", { class: "lane" });
        return [label, box];
      }),
    );
    const boxes = [...host.querySelectorAll(".lane")];
    boxes.forEach((box, index) => {
      const width = Math.max(200, box.clientWidth);
      const lane = lanes[index];
      if (!lane) return;
      const picture = drawLane(lane, width, endSeconds * 1000);
      crosshairs.push(picture.crosshair);
      box.append(picture.root);
    });
  };
  draw();
  return {
    resize: draw,
    /** @param {number | null} seconds */
    showTime: (seconds) => {
      for (const line of crosshairs) {
        line.classList.toggle("hidden", seconds === null);
        if (seconds === null) continue;
        const width = Number(line.ownerSVGElement?.getAttribute("width"));
        const x = String((seconds / endSeconds) * width);
        line.setAttribute("x1", x);
        line.setAttribute("x2", x);
      }
    },
  };
}

/**
 * @typedef {{ startMs: number, endMs: number, state: string, share: number }} Band
 * @typedef {{ label: string, about: string, bands: Band[], trialsMs: number[] }} Lane
 */

/** @param {PageResult} result @returns {Lane} */
function loadLane(result) {
  const band = { startMs: 0, endMs: result.durationMs, state: "load", share: 1 };
  return {
    label: "load",
    about: `Load plays from 0 s to ${instant(result.durationMs)}; the run was quiet at ${instant(result.endedAtMs)}.`,
    bands: [band],
    trialsMs: [],
  };
}

/** @param {PageResult} result @returns {Lane[]} */
function faultLanes(result) {
  return result.faults.map((fault) => {
    const endMs = fault.endMs ?? result.endedAtMs;
    return {
      label: `⚡ ${fault.name}`,
      about: `${fault.name} (${fault.kind}) at ${fault.target}, ${instant(fault.startMs)} to ${fault.endMs === null ? "the end" : instant(endMs)}, ${fault.struck} struck.`,
      bands: [{ startMs: fault.startMs, endMs, state: "fault", share: 1 }],
      trialsMs: [],
    };
  });
}

/** @param {PageResult} result @returns {Lane[]} */
function circuitLanes(result) {
  return result.edges.flatMap(({ name, circuit }) =>
    circuit
      ? [
          {
            label: `circuit ${name.replace("->", "→")}`,
            about: `Circuit of ${name}: opened ${circuit.opened} times, ${instant(circuit.openMs)} not closed in all, over ${circuit.breakers} breakers.`,
            bands: circuitBands(circuit, result),
            trialsMs: trialsOf(name, result),
          },
        ]
      : [],
  );
}

/**
 * When trials went out: mostly shorter than a bucket, so that the bands do not show them.
 * @param {string} name
 * @param {PageResult} result
 */
function trialsOf(name, result) {
  return result.events
    .filter(({ type, subject }) => type === "circuitHalfOpened" && subject === name)
    .map(({ atMs }) => atMs);
}

/**
 * Equal neighbouring buckets become one band.
 * @param {NonNullable<PageResult["edges"][number]["circuit"]>} circuit
 * @param {PageResult} result
 * @returns {Band[]}
 */
function circuitBands(circuit, result) {
  /** @type {Band[]} */
  const bands = [];
  result.timeMs.forEach((startMs, index) => {
    const open = circuit.series.open[index] ?? 0;
    const halfOpen = circuit.series.halfOpen[index] ?? 0;
    const state = halfOpen > 0 ? "half-open" : open > 0 ? "open" : "closed";
    const share = state === "closed" ? 0 : (open + halfOpen) / circuit.breakers;
    const last = bands.at(-1);
    const endMs = startMs + result.bucketMs;
    if (last && last.state === state && last.share === share) last.endMs = endMs;
    else bands.push({ startMs, endMs, state, share });
  });
  return bands;
}

/** @param {Lane} lane @param {number} width @param {number} endMs */
function drawLane(lane, width, endMs) {
  const root = svg("svg", { width, height: LANE_HEIGHT, role: "img", "aria-label": lane.about });
  const base = { x1: 0, x2: width, y1: LANE_HEIGHT - 1.5, y2: LANE_HEIGHT - 1.5, class: "base" };
  root.append(svg("title", {}, lane.about), svg("line", base));
  for (const band of lane.bands) root.append(...drawBand(band, width, endMs));
  let free = 0;
  for (const atMs of lane.trialsMs) {
    const x = (atMs / endMs) * width;
    // Trials that follow each other closely would be drawn over one another.
    if (x < free) continue;
    root.append(svg("text", { x, y: LANE_HEIGHT - 6, class: "trial" }, "◐"));
    free = x + 12;
  }
  const crosshair = svg("line", {
    class: "crosshair hidden",
    y1: 0,
    y2: LANE_HEIGHT,
    x1: 0,
    x2: 0,
  });
  root.append(crosshair);
  return { root, crosshair };
}

/**
 * The hatch says the state to eyes that do not see the colour, and so does the glyph where it fits.
 * @param {Band} band @param {number} width @param {number} endMs
 */
function drawBand(band, width, endMs) {
  if (band.share === 0) return [];
  const x = (band.startMs / endMs) * width;
  const wide = Math.max(1, ((Math.min(band.endMs, endMs) - band.startMs) / endMs) * width);
  const high = Math.max(4, band.share * (LANE_HEIGHT - 2));
  const place = { x, width: wide, y: LANE_HEIGHT - 1 - high, height: high };
  const glyph = { open: "╳", fault: "⚡" }[band.state];
  const fits = glyph && wide > 18 && high > 12;
  return [
    svg("rect", { ...place, class: `band ${band.state}` }),
    svg("rect", { ...place, class: `hatch ${band.state}` }),
    ...(fits ? [svg("text", { x: x + wide / 2, y: LANE_HEIGHT - 6 }, glyph)] : []),
  ];
}
