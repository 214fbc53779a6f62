// @ts-check
/** @import { PageData, PageRun } from "../page-data.ts" */
import { byId, dataTable, element } from "./dom.js";
import { instant } from "./format.js";

/**
 * @param {PageData} data
 * @param {number} shown
 * @param {number | null} baseline
 */
export function showVerdict(data, shown, baseline) {
  const run = /** @type {PageRun} */ (data.runs[shown]);
  const { result } = run;
  const verdicts = {
    met: "✓ Objectives met",
    missed: "✗ Objectives missed",
    none: "No objectives",
  };
  const badge = element("p", { class: `badge ${result.verdict}` }, verdicts[result.verdict]);
  const against = baseline === null ? undefined : data.runs[baseline];
  const tiles = run.facts.map((fact, index) =>
    element(
      "div",
      { class: "tile" },
      element("dt", {}, fact.label),
      element("dd", {}, fact.text),
      ...(against
        ? [element("dd", { class: "was" }, `baseline ${against.facts[index]?.text ?? "none"}`)]
        : []),
    ),
  );
  byId("verdict").replaceChildren(
    element("h2", {}, run.label),
    badge,
    element("p", { class: "headline" }, run.headline),
    ...(run.note === "" ? [] : [element("p", { class: "note" }, run.note)]),
    element("dl", { class: "tiles" }, ...tiles),
    ...(result.objectives.length === 0 ? [] : [objectives(run)]),
  );
}

/** @param {PageRun} run */
function objectives(run) {
  const items = run.result.objectives.map((objective) =>
    element(
      "li",
      { class: objective.met ? "met" : "missed" },
      `${objective.met ? "✓" : "✗"} ${objective.text}`,
    ),
  );
  return element("ul", { class: "objectives" }, ...items);
}

/**
 * @param {PageData} data
 * @param {number} shown
 * @param {number | null} baseline
 * @param {{ show: (run: number) => void, pin: (run: number | null) => void }} act
 */
export function showRuns(data, shown, baseline, act) {
  const section = byId("runs-section");
  section.hidden = data.runs.length < 2;
  const titles = ["Run", "Baseline", ...(data.runs[0]?.facts.map((fact) => fact.label) ?? [])];
  const rows = data.runs.map((run, index) => [
    element(
      "button",
      {
        type: "button",
        class: "pick",
        "aria-pressed": String(index === shown),
        click: () => act.show(index),
      },
      run.label,
    ),
    element(
      "button",
      {
        type: "button",
        class: "pin",
        "aria-pressed": String(index === baseline),
        "aria-label": `${run.label} as the baseline`,
        click: () => act.pin(index === baseline ? null : index),
      },
      index === baseline ? "┄ pinned" : "pin",
    ),
    ...run.facts.map((fact) => fact.text),
  ]);
  const table = dataTable(
    "All runs: choose the one to show, and one to compare it with",
    titles,
    rows,
  );
  keepPlace(section, () => byId("runs").replaceChildren(table));
}

/**
 * The buttons are made anew with the table: whoever pressed one with the keyboard stays where they were, and the
 * shown run stays in sight.
 * @param {HTMLElement} section
 * @param {() => void} replace
 */
function keepPlace(section, replace) {
  const buttons = () => [...section.querySelectorAll("button")];
  const focused = buttons().indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  const before = section.querySelector(".scroll")?.scrollTop ?? 0;
  replace();
  const box = section.querySelector(".scroll");
  const row = section.querySelector('.pick[aria-pressed="true"]')?.closest("tr");
  if (box && row) {
    box.scrollTop = before;
    const [view, place] = [box.getBoundingClientRect(), row.getBoundingClientRect()];
    // The header covers the top of the box, so a row is in sight only some way below it.
    const above = view.top + view.height / 3 - place.top;
    const below = place.bottom - (view.bottom - view.height / 6);
    if (above > 0) box.scrollTop -= above;
    else if (below > 0) box.scrollTop += below;
  }
  buttons()[focused]?.focus({ preventScroll: true });
}

/**
 * @param {PageData} data
 * @param {number} shown
 * @param {number | null} baseline
 */
export function showDifferences(data, shown, baseline) {
  const section = byId("differences-section");
  section.hidden = baseline === null || baseline === shown;
  if (baseline === null || section.hidden) return;
  const rows = data.differences[baseline]?.[shown] ?? [];
  const marks = { better: "▲ better", worse: "▼ worse", same: "= same", different: "" };
  const caption = `${data.runs[shown]?.label} against the baseline, ${data.runs[baseline]?.label}`;
  const titles = ["", "Baseline", "This run", "Change", ""];
  byId("differences").replaceChildren(
    dataTable(
      caption,
      titles,
      rows.map((row) => [
        row.metric,
        row.before,
        row.after,
        row.change,
        element("span", { class: row.judged }, marks[row.judged]),
      ]),
    ),
  );
}

/** @param {PageRun} run @param {(seconds: number) => void} goTo */
export function showStory(run, goTo) {
  const items = run.story.map(({ atMs, text }) =>
    element("li", {}, timeButton(atMs, goTo), element("span", {}, text)),
  );
  byId("story").replaceChildren(...items);
}

/**
 * A time that moves the crosshair there; what is about the whole run has none.
 * @param {number | null} atMs
 * @param {(seconds: number) => void} goTo
 */
function timeButton(atMs, goTo) {
  if (atMs === null) return element("span", { class: "time" }, "in all");
  const click = () => goTo(atMs / 1000);
  return element("button", { type: "button", class: "time", click }, instant(atMs));
}

const MOST_EVENTS = 300;

/** @param {PageRun} run @param {(seconds: number) => void} goTo */
export function showEvents(run, goTo) {
  const { events, eventsDropped } = run.result;
  const items = events
    .slice(0, MOST_EVENTS)
    .map((event) =>
      element(
        "li",
        {},
        timeButton(event.atMs, goTo),
        element("span", { class: `event ${event.type}` }, words(event.type)),
        element("span", {}, [event.subject, event.part].filter((text) => text !== "").join(" · ")),
        element("span", { class: "reason" }, event.reason),
      ),
    );
  const left = events.length - items.length + eventsDropped;
  if (left > 0) items.push(element("li", { class: "reason" }, `and ${left} more`));
  byId("events").replaceChildren(...items);
  byId("events-section").hidden = items.length === 0;
}

/** @param {string} type circuitHalfOpened -> circuit half opened */
function words(type) {
  return type.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
