// @ts-check

/**
 * @typedef {object} KeyActions
 * @property {(points: number) => void} move the crosshair, by so many points
 * @property {(runs: number) => void} step to another run
 * @property {() => void} pin the shown run as the baseline, or take the baseline away
 * @property {() => void} tables
 * @property {() => void} help
 * @property {() => void} clear
 */

/**
 * Keys of the page. Keys with a modifier belong to the browser, and a field that is being typed in keeps its own.
 * @param {KeyActions} actions
 */
export function listenToKeys(actions) {
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement | null} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target?.closest("input, select, textarea, dialog")) return;
    const step = event.shiftKey ? 10 : 1;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => actions.move(-step),
      ArrowRight: () => actions.move(step),
      "[": () => actions.step(-1),
      "]": () => actions.step(1),
      b: actions.pin,
      t: actions.tables,
      "?": actions.help,
      Escape: actions.clear,
    };
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    // A table that is wider than its box is scrolled with the arrows.
    if (!action || (event.key.startsWith("Arrow") && target?.closest(".scroll"))) return;
    event.preventDefault();
    action();
  });
}
