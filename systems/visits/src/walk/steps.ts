/** The walk through the counter page's outage, as data: what is done, and what must be seen. */

/** What a stage knows how to do, each with one command. */
export type Action =
  | "up"
  | "ps"
  | "id"
  | "logs"
  | "port"
  | "visit"
  | "monitor"
  | "pause"
  | "unpause"
  | "down";

export interface Step {
  /** For people, in one line. */
  readonly about: string;
  /** "monitored" shows what the monitor has written by now; "wait" does nothing. */
  readonly action: Action | "monitored" | "wait";
  /** How often in a row; once unless given. */
  readonly times?: number;
  /** How long a wait takes. */
  readonly forMs?: number;
  readonly expect?: Expectation;
}

export interface Expectation {
  /** A greater number than on any page before, or the message that stands in for it. */
  readonly page?: "counted" | "degraded";
  readonly atLeastMs?: number;
  readonly atMostMs?: number;
  /** What the output must have, on every stage. */
  readonly matches?: RegExp;
}

/** A visit that waits for the store's answer until its 2 s are over; starting curl is in it. */
const WAITS = { page: "degraded", atLeastMs: 1900, atMostMs: 3500 } as const;
/** A visit that is refused by the open circuit. */
const AT_ONCE = { page: "degraded", atMostMs: 1000 } as const;
/** The circuit is tried again after 5 s. */
const OPEN_MS = 5100;

export const WALK: readonly Step[] = [
  { action: "up", about: "Start the store and the page." },
  { action: "ps", about: "Both run." },
  { action: "id", about: "Under which user the page runs." },
  { action: "logs", about: "What they have written." },
  { action: "port", about: "Where the page listens." },
  { action: "monitor", about: "Have the store show every command that it gets." },
  { action: "visit", about: "Every visit counts.", times: 3, expect: { page: "counted" } },
  {
    action: "monitored",
    about: "The store has seen the visits.",
    expect: { matches: /"INCR" "visits"/ },
  },
  { action: "pause", about: "Pause the store: it keeps its connections and answers nothing." },
  {
    action: "visit",
    about: "The first visit waits 2 s, and gets a page without a number.",
    expect: WAITS,
  },
  {
    action: "visit",
    about: "The circuit is open: the next ones are answered at once.",
    times: 3,
    expect: AT_ONCE,
  },
  { action: "wait", about: "5 s later the circuit lets one visit try.", forMs: OPEN_MS },
  { action: "visit", about: "It waits 2 s, for the store is still paused.", expect: WAITS },
  {
    action: "visit",
    about: "And the others are answered at once again.",
    times: 2,
    expect: AT_ONCE,
  },
  { action: "unpause", about: "Let the store go on." },
  { action: "wait", about: "The circuit stays open for what is left of its 5 s.", forMs: OPEN_MS },
  {
    action: "visit",
    about: "The counter goes on. Visits that were sent while it was paused count too.",
    times: 3,
    expect: { page: "counted", atMostMs: 1000 },
  },
  { action: "logs", about: "The log tells of the circuit." },
  { action: "down", about: "Stop both." },
];
