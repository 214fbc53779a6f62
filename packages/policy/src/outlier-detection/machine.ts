/**
 * Outlier detection: finds the hosts that do worse than the others and takes them out of rotation for a while. The
 * rules, their numbers and the growth of the ejections are Envoy's.
 *
 * States of a host: in, or ejected until a moment.
 *
 * Inputs: add, remove, record, isEjected, and the time that comes with each of them.
 * Rules: so many failures in a row eject at once. At the end of each interval the hosts are compared: a success rate
 * far below the mean, or a large share of failures, ejects as well. The n-th ejection in a row lasts n times as long,
 * up to a limit; each interval that a host stays in makes the next one shorter again.
 * The first result begins an interval; the next one follows it while a host is out or has an ejection to shorten, and
 * otherwise begins with the next result.
 *
 * Invariants
 *   1. A host is ejected only while the share of ejected ones stays within `maxEjectedShare`, or as the only one.
 *   2. An ejection lasts min(maxEjection, times x baseEjection), and results that come meanwhile count for nothing.
 */
import { percent, plural } from "../breaker.ts";
import { Host } from "./host.ts";
import type { ResolvedOutlierDetection } from "./resolved.ts";
import { findOutliers, type Outlier, type OutlierRule } from "./rules.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** What happened to a host, stamped with the moment at which it was due. */
export type OutlierFact =
  | {
      readonly type: "hostEjected";
      readonly atMs: number;
      readonly host: string;
      readonly rule: OutlierRule;
      readonly reason: string;
      readonly untilMs: number;
    }
  | {
      /** A rule found it, but it stays in: the rule is not enforced, or too many are ejected. */
      readonly type: "hostKept";
      readonly atMs: number;
      readonly host: string;
      readonly rule: OutlierRule;
      readonly reason: string;
    }
  | { readonly type: "hostReturned"; readonly atMs: number; readonly host: string };

export class OutlierDetector {
  /** When the detector will change by itself: an interval or an ejection ends. */
  wakeAtMs: number = NEVER;
  readonly options: ResolvedOutlierDetection;
  readonly #listener: ((fact: OutlierFact) => void) | undefined;
  readonly #hosts = new Map<string, Host>();
  #intervalEndsAtMs: number = NEVER;
  #ejected = 0;

  constructor(
    options: ResolvedOutlierDetection,
    hosts: readonly string[] = [],
    listener?: (fact: OutlierFact) => void,
  ) {
    this.options = options;
    this.#listener = listener;
    for (const host of hosts) this.add(host);
  }

  /** How many hosts are ejected, as of the latest time that the detector was told. */
  get ejected(): number {
    return this.#ejected;
  }

  /** A host joins the set; nothing changes when it is known. `record` adds hosts by itself. */
  add(host: string): void {
    this.#host(host);
  }

  /** A host leaves the set, and is forgotten. */
  remove(name: string, nowMs: number): void {
    this.advance(nowMs);
    if (this.#hosts.get(name)?.ejectedUntilMs !== undefined) this.#ejected--;
    this.#hosts.delete(name);
    this.#setWake();
  }

  /** A call to the host was answered, well or not. */
  record(name: string, ok: boolean, nowMs: number): void {
    this.advance(nowMs);
    const host = this.#host(name);
    if (host.ejectedUntilMs !== undefined) return;
    if (this.#intervalEndsAtMs === NEVER) {
      this.#intervalEndsAtMs = nowMs + this.options.intervalMs;
      this.#setWake();
    }
    host.record(ok);
    const { failures } = this.options.consecutive;
    if (host.failuresInARow < failures) return;
    host.failuresInARow = 0;
    const reason = `${plural(failures, "failure")} in a row`;
    this.#found({ host, rule: "consecutive", reason }, nowMs);
  }

  isEjected(name: string, nowMs: number): boolean {
    this.advance(nowMs);
    return this.#hosts.get(name)?.ejectedUntilMs !== undefined;
  }

  /** Makes every change that was due by now, each stamped with the moment at which it was due. */
  advance(nowMs: number): void {
    while (nowMs >= this.wakeAtMs) {
      const atMs = this.wakeAtMs;
      for (const host of this.#hosts.values()) {
        if ((host.ejectedUntilMs ?? NEVER) <= atMs) this.#return(host, atMs);
      }
      if (atMs >= this.#intervalEndsAtMs) this.#endInterval(atMs);
      this.#setWake();
    }
  }

  #host(name: string): Host {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      host = new Host(name);
      this.#hosts.set(name, host);
    }
    return host;
  }

  #endInterval(atMs: number): void {
    const { intervalMs } = this.options;
    const found = findOutliers(this.#hosts.values(), this.options);
    for (const host of this.#hosts.values()) {
      host.beginInterval();
      const wholeIntervalIn =
        host.ejectedUntilMs === undefined && atMs - host.returnedAtMs >= intervalMs;
      if (wholeIntervalIn && host.times > 0) host.times--;
    }
    for (const outlier of found) {
      // Found by both rules, it is out already.
      if (outlier.host.ejectedUntilMs === undefined) this.#found(outlier, atMs);
    }
    const settled = [...this.#hosts.values()].every((host) => host.isSettled);
    this.#intervalEndsAtMs = settled ? NEVER : atMs + intervalMs;
  }

  #found({ host, rule, reason }: Outlier, atMs: number): void {
    if (!this.options[rule].enforce) {
      this.#keep(host, rule, `${reason}; the rule is not enforced`, atMs);
      return;
    }
    const { maxEjectedShare } = this.options;
    const share = (this.#ejected + 1) / this.#hosts.size;
    if (this.#ejected > 0 && share > maxEjectedShare) {
      const limit = `${this.#ejected} of ${plural(this.#hosts.size, "host")} ejected`;
      this.#keep(host, rule, `${reason}; ${limit} (limit ${percent(maxEjectedShare)})`, atMs);
      return;
    }
    this.#eject(host, rule, reason, atMs);
  }

  #eject(host: Host, rule: OutlierRule, reason: string, atMs: number): void {
    const { baseEjectionMs, maxEjectionMs } = this.options;
    this.#ejected++;
    host.forget();
    // Beyond the longest ejection there is nothing to grow: it would only take longer to come down again.
    if (host.times * baseEjectionMs < maxEjectionMs) host.times++;
    const untilMs = atMs + Math.min(maxEjectionMs, host.times * baseEjectionMs);
    host.ejectedUntilMs = untilMs;
    this.#setWake();
    this.#listener?.({ type: "hostEjected", atMs, host: host.name, rule, reason, untilMs });
  }

  #keep(host: Host, rule: OutlierRule, reason: string, atMs: number): void {
    this.#listener?.({ type: "hostKept", atMs, host: host.name, rule, reason });
  }

  #return(host: Host, atMs: number): void {
    this.#ejected--;
    host.ejectedUntilMs = undefined;
    host.returnedAtMs = atMs;
    host.forget();
    this.#listener?.({ type: "hostReturned", atMs, host: host.name });
  }

  #setWake(): void {
    this.wakeAtMs = this.#intervalEndsAtMs;
    if (this.#ejected === 0) return;
    for (const { ejectedUntilMs = NEVER } of this.#hosts.values()) {
      if (ejectedUntilMs < this.wakeAtMs) this.wakeAtMs = ejectedUntilMs;
    }
  }
}
