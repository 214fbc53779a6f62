/** The recordings in docs/pictures: what is played, and where. */

export interface Played {
  readonly title: string;
  readonly description: string;
  /** What one types for it. */
  readonly command: string;
  /** From the repository's folder. */
  readonly folder: string;
  readonly args: readonly string[];
  readonly rows: number;
}

const SOURCES = "--conditions=breakwater-source";

export const RECORDINGS: Readonly<Record<string, Played>> = {
  walk: {
    title: "The counter page while Redis is paused",
    description:
      "Containers are started with docker compose. Three visits are counted. Redis is paused: the next visit waits " +
      "2 seconds and gets a page without a number, the ones after it get it at once. 5 seconds later one visit tries " +
      "again. Redis goes on, and so does the counter. Everything is stopped.",
    command: "npm run walk compose",
    folder: "systems/visits",
    args: [SOURCES, "src/walk.ts", "compose"],
    rows: 30,
  },
  outage: {
    title: "An outage of real processes",
    description:
      "The homepage and the services behind it are started as processes, and recommendations refuse all connections " +
      "for 10 seconds under load. Then the verdict: every page was answered, each without recommendations; calls, " +
      "latencies and a graph of each service.",
    command: "breakwater live outage --for 10 --max-lateness 20",
    folder: ".",
    args: [
      SOURCES,
      "packages/cli/src/bin.ts",
      "live",
      "outage",
      "--for",
      "10",
      "--max-lateness",
      "20",
    ],
    rows: 34,
  },
};
