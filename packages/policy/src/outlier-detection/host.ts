/** What is known of one host. Counts are those of the current interval. */
export class Host {
  readonly name: string;
  calls = 0;
  failures = 0;
  failuresInARow = 0;
  /** When its ejection ends; undefined while it is in. */
  ejectedUntilMs: number | undefined = undefined;
  /** When it last came back. */
  returnedAtMs: number = Number.NEGATIVE_INFINITY;
  /** How often it was ejected in a row: the length of its next ejection grows with it. */
  times = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Between intervals: nothing of it is left to count down. */
  get isSettled(): boolean {
    return this.times === 0 && this.ejectedUntilMs === undefined;
  }

  record(ok: boolean): void {
    this.calls++;
    if (!ok) this.failures++;
    this.failuresInARow = ok ? 0 : this.failuresInARow + 1;
  }

  beginInterval(): void {
    this.calls = this.failures = 0;
  }

  /** An ejection and a return both begin with a clean sheet. */
  forget(): void {
    this.beginInterval();
    this.failuresInARow = 0;
  }
}
