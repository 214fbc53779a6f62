import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Commands } from "./commands.ts";
import { filled, type Stage, typed, type Values } from "./stage.ts";
import type { Action, Expectation, Step } from "./steps.ts";

/** How long `up` may take until it tells what the walk must know, and the monitor until it shows a command. */
const LONGEST_UP_MS = 60_000;
const LONGEST_MONITOR_MS = 3000;
/** How long, and how often, a command is given again until it shows what it must. */
const LONGEST_REPEAT_MS = 60_000;
const REPEAT_MS = 500;

/** A step that did not show what it must; the message names it. */
class WalkError extends Error {}

/**
 * Plays steps on a stage, and shows each as one would see it in a terminal.
 * @throws WalkError at the first step that does not show what it must; everything is stopped then
 */
export async function walk(
  steps: readonly Step[],
  stage: Stage,
  show: (text: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "walk-"));
  const player = new Player(stage, folder, show);
  try {
    for (const step of steps) await player.play(step);
  } finally {
    await player.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Seen {
  readonly output: string;
  readonly tookMs: number;
}

class Player {
  readonly #stage: Stage;
  readonly #commands: Commands;
  readonly #show: (text: string) => void;
  readonly #logs: Readonly<Record<"up" | "monitor", string>>;
  #values: Values;
  #lastVisits = 0;
  #isUp = false;

  constructor(stage: Stage, folder: string, show: (text: string) => void) {
    this.#stage = stage;
    this.#commands = new Commands(stage);
    this.#show = show;
    this.#logs = { up: join(folder, "up.log"), monitor: join(folder, "monitor.log") };
    this.#values = { log: this.#logs.up };
  }

  async play(step: Step): Promise<void> {
    const { action, about, times = 1, forMs = 0, expect = {} } = step;
    this.#show(`\n# ${about}\n`);
    if (action === "wait") {
      await sleep(forMs);
      return;
    }
    for (let i = 0; i < times; i++) {
      const seen = action === "monitored" ? await this.#monitored(expect) : await this.#act(action);
      this.#show(seen.output);
      this.#check(step, seen);
      this.#learn(action, seen.output);
    }
  }

  /** Stops what still runs: after a step that failed, the walk's own last steps are not played. */
  async end(): Promise<void> {
    if (this.#isUp) await this.#act("down").catch(() => {});
    this.#commands.stopAll();
  }

  async #act(action: Action): Promise<Seen> {
    const words = filled(this.#stage.commands[action], this.#values);
    this.#show(`$ ${typed(words)}${this.#stage.stay.has(action) ? " &" : ""}\n`);
    if (action === "up") this.#isUp = true;
    if (action === "down") this.#isUp = false;
    if (this.#stage.stay.has(action) && (action === "up" || action === "monitor")) {
      return this.#begin(action, words);
    }
    const seen = await this.#run(action, words);
    if (action === "down") await this.#commands.ended("up");
    return seen;
  }

  async #run(action: Action, words: readonly string[]): Promise<Seen> {
    const shows = this.#stage.repeats?.has(action) ? this.#stage.shows[action] : undefined;
    const untilMs = performance.now() + LONGEST_REPEAT_MS;
    for (;;) {
      const seen = await this.#commands.run(words);
      if (shows === undefined || shows.test(seen.output)) return seen;
      // The caller tells what is wrong with it.
      if (performance.now() > untilMs) return seen;
      await sleep(REPEAT_MS);
    }
  }

  /** Begins a command that stays, and waits until it has told what the walk must know. */
  async #begin(action: "up" | "monitor", words: readonly string[]): Promise<Seen> {
    const startedAtMs = performance.now();
    const file = this.#logs[action];
    const pid = this.#commands.begin(action, words, file);
    if (action === "up") this.#values = { ...this.#values, pid: String(pid) };
    const learns = this.#stage.learns[action] ?? (() => ({}));
    // A monitor has begun when it has said OK; before that, commands go by unseen.
    const ready = (output: string): boolean =>
      action === "monitor" ? output.includes("OK") : learns(output) !== undefined;
    const output = await this.#until(file, ready, LONGEST_UP_MS);
    return { output, tookMs: performance.now() - startedAtMs };
  }

  async #monitored({ matches = /\n/ }: Expectation): Promise<Seen> {
    const { monitor } = this.#logs;
    const output = await this.#until(monitor, (text) => matches.test(text), LONGEST_MONITOR_MS);
    return { output, tookMs: 0 };
  }

  /** What is in the file once it is enough, or when the time is over. */
  async #until(file: string, enough: (text: string) => boolean, forMs: number): Promise<string> {
    const untilMs = performance.now() + forMs;
    for (;;) {
      const text = readFileSync(file, "utf8");
      if (enough(text) || performance.now() > untilMs) return text;
      if (file === this.#logs.up && this.#commands.hasEnded("up")) return text;
      await sleep(20);
    }
  }

  #learn(action: Step["action"], output: string): void {
    if (action === "wait" || action === "monitored") return;
    const learns = this.#stage.learns[action];
    if (learns === undefined) return;
    const values = learns(output);
    if (values === undefined) throw new WalkError(`${action} did not tell what the walk must know`);
    this.#values = { ...this.#values, ...values };
  }

  #check(step: Step, { output, tookMs }: Seen): void {
    const { action, about, expect = {} } = step;
    const { page, atLeastMs = 0, atMostMs = Number.POSITIVE_INFINITY, matches } = expect;
    const wrong = (what: string): WalkError => new WalkError(`"${about}" ${what}`);
    if (tookMs < atLeastMs || tookMs > atMostMs) {
      throw wrong(`took ${Math.round(tookMs)} ms, not ${atLeastMs} to ${atMostMs} ms`);
    }
    const shows = action in this.#stage.shows ? this.#stage.shows[action as Action] : undefined;
    for (const pattern of [matches, shows]) {
      if (pattern !== undefined && !pattern.test(output)) throw wrong(`did not show ${pattern}`);
    }
    if (page === "degraded" && !/cannot be reached/.test(output)) {
      throw wrong("did not show the page without a number");
    }
    if (page === "counted") this.#checkCounted(output, wrong);
  }

  #checkCounted(output: string, wrong: (what: string) => WalkError): void {
    const [, digits] = /Visits: (\d+)/.exec(output) ?? [];
    const visits = Number(digits ?? Number.NaN);
    if (!(visits > this.#lastVisits)) {
      throw wrong(
        `showed ${digits ?? "no number"} where a number above ${this.#lastVisits} was due`,
      );
    }
    this.#lastVisits = visits;
  }
}
