import { nearest } from "@breakwater/policy";
import type { CatalogueEntry } from "./entry.ts";
import { thunderingHerd } from "./herd.ts";
import { type HomepageFault, type HomepagePace, homepage } from "./homepage.ts";
import { independentFailures } from "./independent-failures.ts";
import { failingWorker, garbageCollection } from "./pool.ts";
import { slowShipment } from "./retail.ts";
import { retryStorm } from "./retry-storm.ts";

const HOMEPAGE: readonly (readonly [
  segment: string,
  fault: HomepageFault,
  title: string,
  about: string,
])[] = [
  ["ideal", "none", "A homepage on a good day", "No fault: what the system can do."],
  [
    "outage",
    "refused",
    "Recommendations are down",
    "Connections to recommendations are refused at once; the homepage goes on without them.",
  ],
  [
    "performance",
    "slow",
    "Recommendations are slow",
    "Recommendations take 5 to 10 s longer and, without a timeout, take the homepage down.",
  ],
];

function homepageEntries(pace: HomepagePace): readonly CatalogueEntry[] {
  const fast = pace === "fast";
  return HOMEPAGE.map(([segment, fault, title, about]) => ({
    name: `homepage/${segment}${fast ? "-fast" : ""}`,
    title: fast ? `${title} (30 ms a page)` : `${title} (1 s a page)`,
    about,
    tags: ["homepage", pace],
    scenario: homepage({ pace, fault }),
  }));
}

/** Scenarios with a name. Functions of the same names make variants of them. */
export const catalogue: readonly CatalogueEntry[] = [
  ...homepageEntries("calibrated"),
  ...homepageEntries("fast"),
  {
    name: "retry-storm",
    title: "A retry storm that never ends",
    about: "Ten seconds without network, one retry per query, and the database is lost for good.",
    tags: ["retry", "metastable", "published"],
    scenario: retryStorm(),
  },
  {
    name: "independent-failures",
    title: "Retries at their best",
    about: "A service that is never full fails one request in five, and retries hide it.",
    tags: ["retry", "published"],
    scenario: independentFailures(),
  },
  {
    name: "retail/slow-shipment",
    title: "A shop whose shipment is slow",
    about: "Order, payment, shipment: circuit breakers keep a slow end from filling the chain.",
    tags: ["circuit-breaker", "chain"],
    scenario: slowShipment(),
  },
  {
    name: "thundering-herd",
    title: "Everybody comes back at once",
    about: "Ten seconds of outage, 2,000 waiting customers, and apps that ask five times each.",
    tags: ["retry", "herd"],
    scenario: thunderingHerd(),
  },
  {
    name: "garbage-collection",
    title: "Instances that stop now and then",
    about: "Four instances, each paused for 400 ms every few seconds: the median never shows it.",
    tags: ["pause", "tail"],
    scenario: garbageCollection(),
  },
  {
    name: "failing-worker",
    title: "One bad instance behind a balancer",
    about: "One instance of four answers with errors at once, and takes its share of all calls.",
    tags: ["balancer", "retry"],
    scenario: failingWorker(),
  },
];

export type Found =
  | { readonly ok: true; readonly entry: CatalogueEntry }
  /** Names to offer instead: those that the word could mean, or those spelt most like it. */
  | { readonly ok: false; readonly nearest: readonly string[] };

const lastSegment = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

/** A catalogue entry by its full name, or by its last segment where only one has it. */
export function findScenario(name: string): Found {
  const named =
    catalogue.find((entry) => entry.name === name) ??
    catalogue.filter((entry) => lastSegment(entry.name) === name);
  if (!Array.isArray(named)) return { ok: true, entry: named };
  const [only] = named;
  if (only !== undefined && named.length === 1) return { ok: true, entry: only };
  return { ok: false, nearest: offers(name) };
}

function offers(name: string): readonly string[] {
  const names = catalogue.map((entry) => entry.name);
  const within = names.filter((full) => name !== "" && full.includes(name));
  const spelt = [nearest(name, names), nearest(lastSegment(name), names.map(lastSegment))];
  const like = names.filter((full) => spelt.includes(full) || spelt.includes(lastSegment(full)));
  return [...new Set([...like, ...within])];
}
