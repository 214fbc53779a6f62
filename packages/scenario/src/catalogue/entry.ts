import type { Scenario } from "../types/scenario.ts";

/** A scenario with a name that people can run at once. */
export interface CatalogueEntry {
  /** "homepage/outage": the last segment alone is enough where it is unique. */
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly tags: readonly string[];
  readonly scenario: Scenario;
}
