/** uPlot stands in the page as a script of its own. */
declare const uPlot: typeof import("uplot");
