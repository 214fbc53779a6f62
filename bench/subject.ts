/** The scenarios that are measured, each in a process of its own for each library. */
export const SCENARIOS = [
  "timeout",
  "retry",
  "breaker",
  "bulkhead",
  "full",
  "fullLater",
  "fullOutcome",
  "open",
  "openApart",
  "openFallback",
  "openOutcome",
  "exhausted",
  "window100",
  "window100000",
  "inFlightTimeout",
  "inFlightFull",
] as const;
export type Scenario = (typeof SCENARIOS)[number];

export const LIBRARIES = ["breakwater", "cockatiel", "opossum", "mollitia"] as const;
export type Library = (typeof LIBRARIES)[number];

export type Work = () => Promise<unknown>;

/** Runs the work under a library's policy once. */
export type Call = () => Promise<unknown>;

/** What a library can be measured at: each makes a fresh policy around the work. */
export type Subject = Partial<Record<PolicyKind, (work: Work) => Call | Promise<Call>>>;

/** The policies that the scenarios need. `limit` is how many calls may be in flight. */
export type PolicyKind =
  | "timeout"
  | "retry"
  | "breaker"
  | "bulkhead"
  | "full"
  | "fullOutcome"
  | "open"
  /** The refusals a millisecond apart. */
  | "openApart"
  | "openFallback"
  | "openOutcome"
  | "exhausted"
  /** A breaker that never opens. */
  | "window"
  | "inFlightTimeout"
  | "inFlightFull";

/** Numbers that all libraries are given alike. */
export const SAME = {
  timeoutMs: 1_000,
  attempts: 3,
  windowMs: 10_000,
  minimumCalls: 20,
  openForMs: 3_600_000,
  concurrent: 10,
  queue: 10,
  /** More than are ever in flight. */
  many: 1_000_000,
} as const;

export const fails: Work = async () => {
  throw new Error("down");
};
