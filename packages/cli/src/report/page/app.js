// @ts-check
/** @import { PageData, PageRun } from "../page-data.ts" */
/** @import { FigureView } from "./figure.js" */
import { byId, element } from "./dom.js";
import { showFigure } from "./figure.js";
import { figuresOf } from "./figures.js";
import { instant } from "./format.js";
import { listenToKeys } from "./keyboard.js";
import { showDifferences, showEvents, showRuns, showStory, showVerdict } from "./panels.js";
import { showTimeline } from "./timeline.js";

/** Ties the page together: which run is shown, against which, and at which moment. */
class Page {
  /** @type {number | null} */
  seconds = null;
  tablesOpen = false;
  /** @type {FigureView[]} */
  figures = [];
  /** @type {ReturnType<typeof showTimeline> | undefined} */
  timeline;
  /** @type {Set<string>} */
  hidden = new Set();

  /** @param {PageData} data */
  constructor(data) {
    this.data = data;
    this.shown = data.shown;
    this.baseline = data.baseline;
    this.slider = /** @type {HTMLInputElement} */ (byId("time"));
  }

  get run() {
    return /** @type {PageRun} */ (this.data.runs[this.shown]);
  }

  /** The end of the time axis, which the shown run and the baseline share. */
  get endSeconds() {
    const other = this.data.runs[this.baseline ?? this.shown]?.result.endedAtMs ?? 0;
    const { durationMs, endedAtMs } = this.run.result;
    return Math.max(durationMs, endedAtMs, other) / 1000;
  }

  showAll() {
    const { data, shown, baseline } = this;
    showVerdict(data, shown, baseline);
    showRuns(data, shown, baseline, {
      show: (index) => this.show(index),
      pin: (index) => this.pin(index),
    });
    showDifferences(data, shown, baseline);
    showStory(this.run, (at) => this.setTime(at));
    showEvents(this.run, (at) => this.setTime(at));
    this.timeline = showTimeline(byId("lanes"), this.run.result, this.endSeconds);
    this.slider.max = String(this.endSeconds);
    this.slider.step = String(this.run.result.bucketMs / 1000);
    this.showCharts();
    this.setTime(this.seconds);
  }

  showCharts() {
    for (const figure of this.figures) figure.destroy();
    const { result } = this.run;
    const other = this.baseline === this.shown ? undefined : this.data.runs[this.baseline ?? -1];
    const ghosts = other ? figuresOf(other.result) : [];
    const context = {
      result,
      endSeconds: this.endSeconds,
      hidden: this.hidden,
      onPointer: (/** @type {number | null} */ at) => this.setTime(at, true),
    };
    this.figures = figuresOf(result).map((figure) => {
      const ghost = ghosts.find(({ id }) => id === figure.id);
      return showFigure(byId("charts"), figure, ghost, context);
    });
    for (const figure of this.figures) figure.showTable(this.tablesOpen);
  }

  /** @param {number | null} at @param {boolean} [byPointer] */
  setTime(at, byPointer = false) {
    this.seconds = at === null ? null : Math.min(this.endSeconds, Math.max(0, at));
    for (const figure of this.figures) figure.showTime(this.seconds);
    this.timeline?.showTime(this.seconds);
    const text = this.seconds === null ? "point at a chart" : instant(this.seconds * 1000);
    byId("now").textContent = text;
    if (!byPointer && this.seconds !== null) this.slider.value = String(this.seconds);
    this.slider.setAttribute("aria-valuetext", text);
  }

  /** @param {number} index counted round: one before the first is the last */
  show(index) {
    const { runs } = this.data;
    this.shown = (index + runs.length) % runs.length;
    this.showAll();
    byId("announcement").textContent = `Showing ${this.run.label}. ${this.run.headline}`;
  }

  /** @param {number | null} index */
  pin(index) {
    this.baseline = index;
    this.showAll();
    const label = index === null ? "none" : this.data.runs[index]?.label;
    byId("announcement").textContent = `Baseline: ${label}`;
  }

  toggleTables() {
    this.tablesOpen = !this.tablesOpen;
    for (const figure of this.figures) figure.showTable(this.tablesOpen);
  }

  resize() {
    this.timeline?.resize();
    for (const figure of this.figures) figure.resize();
    this.setTime(this.seconds);
  }
}

/** @param {PageData} data */
export function startPage(data) {
  const page = new Page(data);
  const { slider } = page;
  slider.addEventListener("input", () => page.setTime(Number(slider.value)));
  byId("help-button").addEventListener("click", () => dialog().showModal());
  listenToKeys({
    move: (points) => page.setTime((page.seconds ?? 0) + points * (page.endSeconds / 200)),
    step: (runs) => page.show(page.shown + runs),
    pin: () => page.pin(page.baseline === page.shown ? null : page.shown),
    tables: () => page.toggleTables(),
    help: () => dialog().showModal(),
    clear: () => page.setTime(null),
  });
  redrawOnChange(
    () => page.resize(),
    () => page.showAll(),
  );
  page.showAll();
  document.body.append(element("span", { id: "ready", hidden: true }));
}

function dialog() {
  return /** @type {HTMLDialogElement} */ (byId("help"));
}

/**
 * @param {() => void} resized
 * @param {() => void} recolored canvases hold colours, so they are drawn anew when the theme changes
 */
function redrawOnChange(resized, recolored) {
  let pending = 0;
  addEventListener("resize", () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(resized);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolored);
}
