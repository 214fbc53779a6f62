// @ts-check
/** @import { PageResult } from "../page-data.ts" */
/** @import { Figure } from "./figures.js" */
import { drawChart } from "./chart.js";
import { atTimes } from "./columns.js";
import { dataTable, element } from "./dom.js";
import { instant, withUnit } from "./format.js";
import { summaryOf } from "./summary.js";

/**
 * @typedef {object} FigureView
 * @property {HTMLElement} root
 * @property {(seconds: number | null) => void} showTime
 * @property {(open: boolean) => void} showTable
 * @property {() => void} resize
 * @property {() => void} destroy
 */

/**
 * @typedef {object} FigureContext
 * @property {PageResult} result
 * @property {number} endSeconds
 * @property {Set<string>} hidden labels that the reader has switched off, kept from run to run
 * @property {(seconds: number | null) => void} onPointer
 */

/**
 * A chart with all that belongs to it: a sentence, a legend whose entries are switches, and its numbers as a table.
 * @param {HTMLElement} grid
 * @param {Figure} figure
 * @param {Figure | undefined} baseline the same figure of the baseline
 * @param {FigureContext} context
 * @returns {FigureView}
 */
export function showFigure(grid, figure, baseline, context) {
  const summary = summaryOf(figure, context.result);
  const label = `${figure.title}. ${summary}`;
  const host = element("div", { class: "plot", role: "img", tabindex: "0", "aria-label": label });
  const legend = legendOf(figure, context.hidden, (index, shown) => chart.toggle(index, shown));
  const table = tableSwitch(figure);
  const root = element(
    "figure",
    { id: `figure-${figure.id}` },
    captionOf(figure, summary),
    legend.root,
    host,
    table.button,
    table.box,
  );
  grid.append(root);
  const width = () => Math.max(240, host.clientWidth);
  const ghost = ghostOf(figure, baseline);
  const chart = drawChart(host, figure, { ...context, ghost, width: width() });
  legend.applyHidden();
  return {
    root,
    showTable: table.show,
    showTime: (seconds) => {
      chart.showTime(seconds);
      legend.showTime(seconds);
    },
    resize: () => chart.resize(width()),
    destroy: () => {
      chart.destroy();
      root.remove();
    },
  };
}

/** @param {Figure} figure @param {string} summary */
function captionOf(figure, summary) {
  return element(
    "figcaption",
    {},
    element("h3", {}, figure.title),
    element("p", { class: "about" }, figure.about),
    element("p", { class: "summary" }, summary),
  );
}

/**
 * The baseline's series at this figure's times; series that the baseline does not have are left out.
 * @param {Figure} figure
 * @param {Figure | undefined} baseline
 */
function ghostOf(figure, baseline) {
  return figure.series.flatMap((series) => {
    const other = baseline?.series.find((candidate) => candidate.label === series.label);
    return other && baseline
      ? [{ ...series, values: atTimes(figure.times, baseline.times, other.values) }]
      : [];
  });
}

/** @param {Figure} figure */
function tableSwitch(figure) {
  const box = element("div", { hidden: true });
  const button = element(
    "button",
    {
      type: "button",
      class: "table-switch",
      "aria-expanded": "false",
      click: () => show(box.hidden === true),
    },
    "View as table",
  );
  /** @param {boolean} open */
  function show(open) {
    // Made when first asked for: most readers never do.
    if (open && box.childElementCount === 0) box.append(tableOf(figure));
    box.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "Hide table" : "View as table";
  }
  return { box, button, show };
}

/**
 * @param {Figure} figure
 * @param {Set<string>} hidden
 * @param {(index: number, shown: boolean) => void} toggle
 */
function legendOf(figure, hidden, toggle) {
  const entries = figure.series.map((series, index) => {
    const key = `${figure.id}/${series.label}`;
    const value = element("span", { class: "value" });
    const button = element(
      "button",
      {
        type: "button",
        click: () => {
          if (!hidden.delete(key)) hidden.add(key);
          apply();
        },
      },
      swatch(series.color, series.dash, series.width),
      element("span", {}, series.label),
      value,
    );
    const apply = () => {
      button.setAttribute("aria-pressed", String(!hidden.has(key)));
      toggle(index, !hidden.has(key));
    };
    return { series, value, button, apply };
  });
  return {
    root: element("div", { class: "legend" }, ...entries.map(({ button }) => button)),
    applyHidden: () => {
      for (const { apply } of entries) apply();
    },
    /** @param {number | null} seconds */
    showTime: (seconds) => {
      const index = seconds === null ? -1 : nearestIndex(figure.times, seconds);
      for (const { series, value } of entries) {
        value.textContent = index < 0 ? "" : withUnit(series.values[index], figure.unit);
      }
    },
  };
}

/** @param {string} color @param {number[]} dash @param {number} width */
function swatch(color, dash, width) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("class", "swatch");
  made.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "M0 6H26");
  line.setAttribute("stroke-width", String(width + 0.5));
  line.setAttribute("stroke-dasharray", dash.join(" "));
  // Through the object model: the page's content policy allows no style attributes.
  line.style.stroke = `var(${color})`;
  made.append(line);
  return made;
}

/** @param {number[]} times @param {number} seconds */
function nearestIndex(times, seconds) {
  const step = times.length > 1 ? (times[1] ?? 0) - (times[0] ?? 0) : 1;
  return Math.min(times.length - 1, Math.max(0, Math.round((seconds - (times[0] ?? 0)) / step)));
}

/** @param {Figure} figure */
function tableOf(figure) {
  const titles = ["Time", ...figure.series.map((series) => series.label)];
  const rows = figure.times.map((time, index) => [
    instant(time * 1000),
    ...figure.series.map((series) => withUnit(series.values[index], figure.unit)),
  ]);
  return dataTable(figure.title, titles, rows);
}
