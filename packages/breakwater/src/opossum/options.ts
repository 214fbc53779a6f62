import { check, type FieldTable, InvalidOptionsError, type Problem } from "@breakwater/policy";
import type { Stats, Status } from "./status.ts";
import type { CacheTransport } from "./stores.ts";

/** What toJSON tells, to begin another breaker with. */
export interface SavedState {
  readonly name?: string;
  readonly enabled?: boolean;
  readonly closed?: boolean;
  readonly open?: boolean;
  readonly halfOpen?: boolean;
  readonly warmUp?: boolean;
  readonly shutdown?: boolean;
  /** When the circuit was opened last, as a time of day (Date.now). */
  readonly lastTimerAt?: number | undefined;
}

/** opossum's options. All times are in milliseconds. */
export interface Options<TI extends unknown[] = unknown[]> {
  /** An action that takes longer has failed. 10,000 unless set; false for no limit. */
  timeout?: number | false | undefined;
  /** The circuit opens above this percentage of failed calls. 50 unless set. */
  errorThresholdPercentage?: number | undefined;
  /** How long the circuit stays open before one trial. 30,000 unless set. */
  resetTimeout?: number | undefined;
  /** How far back calls are judged. 10,000 unless set. */
  rollingCountTimeout?: number | undefined;
  /** Slices of that time. 10 unless set. */
  rollingCountBuckets?: number | undefined;
  /** The circuit does not open on fewer calls. 0 unless set. */
  volumeThreshold?: number | undefined;
  /** Actions that may run at the same time. Unlimited unless set. */
  capacity?: number | undefined;
  /** For `rollingCountTimeout` from the start, the circuit does not open. */
  allowWarmUp?: boolean | undefined;
  /** Errors for which it says true count as successes; the caller still gets them, and no fallback. */
  // biome-ignore lint/suspicious/noExplicitAny: as in opossum's types; the error is the action's own
  errorFilter?: ((error: any, ...args: TI) => boolean | undefined) | undefined;
  /** The same as calling `.fallback(fn)` afterwards. */
  // biome-ignore lint/suspicious/noExplicitAny: arguments of the action, then the error, as in opossum's types
  fallback?: ((...args: any[]) => unknown) | undefined;
  name?: string | undefined;
  group?: string | undefined;
  enabled?: boolean | undefined;
  rollingPercentilesEnabled?: boolean | undefined;
  enableSnapshots?: boolean | undefined;
  cache?: boolean | undefined;
  /** 0, the default, keeps answers until the cache is cleared. */
  cacheTTL?: number | undefined;
  cacheSize?: number | undefined;
  cacheGetKey?: ((...args: TI) => string) | undefined;
  cacheTransport?: CacheTransport | undefined;
  coalesce?: boolean | undefined;
  /** As long as `timeout` unless set. */
  coalesceTTL?: number | undefined;
  coalesceSize?: number | undefined;
  coalesceResetOn?: readonly ("error" | "success" | "timeout")[] | undefined;
  /** Counts to begin with. */
  status?: Status | Partial<Stats> | undefined;
  state?: SavedState | undefined;
}

/** What stands in an option that cannot be had here, and what to do instead. */
const REFUSED: Readonly<Record<string, { readonly why: string; readonly fix: string }>> = {
  abortController: {
    why: "one controller for all calls lets one timeout abort every other call",
    fix: "remove it, and read breaker.getSignal() at the beginning of the action",
  },
  autoRenewAbortController: {
    why: "every call has a signal of its own, so there is none to renew",
    fix: "remove it, and read breaker.getSignal() at the beginning of the action",
  },
  rotateBucketController: {
    why: "the window moves on without any timer, so there is none to share",
    fix: "remove it",
  },
  maxFailures: {
    why: "opossum ignores it",
    fix: "use errorThresholdPercentage with volumeThreshold",
  },
};

const time = (value: number, about: string, min = 0) =>
  ({ kind: "number", min, max: 2 ** 31 - 1, unit: "ms", default: value, about }) as const;
const whole = (value: number | undefined, about: string, min = 0) => ({
  ...({ kind: "number", integer: true, min, max: Number.MAX_SAFE_INTEGER, about } as const),
  ...(value === undefined ? {} : { default: value }),
});

const numbers = {
  timeout: {
    kind: "either",
    options: [
      {
        kind: "number",
        min: 0,
        max: 2 ** 31 - 1,
        unit: "ms",
        about: "How long an action may take.",
      },
      { kind: "literal", value: false, about: "No limit." },
    ],
    default: 10_000,
    about: "How long an action may take.",
  },
  errorThresholdPercentage: {
    kind: "number",
    min: 0,
    max: 100,
    default: 50,
    about: "The circuit opens above this percentage of failed calls.",
  },
  resetTimeout: time(30_000, "How long the circuit stays open."),
  rollingCountTimeout: time(10_000, "How far back calls are judged.", 1),
  rollingCountBuckets: whole(10, "Slices of the window.", 1),
  volumeThreshold: whole(0, "The circuit does not open on fewer calls."),
  capacity: whole(undefined, "Actions that may run at the same time."),
  cacheTTL: time(0, "How long an answer is kept; 0 for ever."),
  cacheSize: whole(undefined, "Answers kept at most.", 1),
  coalesceTTL: { kind: "number", min: 0, unit: "ms", about: "How long others may join a call." },
  coalesceSize: whole(undefined, "Calls that others may join, at most.", 1),
} satisfies FieldTable;

/** After check. Milliseconds; `timeout` is 0 for no limit, `capacity` Infinity. */
interface CheckedNumbers {
  timeout: number | false;
  errorThresholdPercentage: number;
  resetTimeout: number;
  rollingCountTimeout: number;
  rollingCountBuckets: number;
  volumeThreshold: number;
  capacity?: number;
  cacheTTL: number;
  cacheSize?: number;
  coalesceTTL?: number;
  coalesceSize?: number;
}

export interface ResolvedOptions extends Omit<Options, "timeout" | keyof CheckedNumbers> {
  readonly timeout: number;
  readonly errorThresholdPercentage: number;
  readonly resetTimeout: number;
  readonly rollingCountTimeout: number;
  readonly rollingCountBuckets: number;
  readonly volumeThreshold: number;
  readonly capacity: number;
  readonly errorFilter: (error: unknown, ...args: unknown[]) => boolean | undefined;
  readonly cacheTTL: number;
  readonly cacheSize: number | undefined;
  readonly cacheGetKey: (...args: unknown[]) => string;
  readonly coalesceTTL: number;
  readonly coalesceSize: number | undefined;
  readonly coalesceResetOn: readonly ("error" | "success" | "timeout")[];
}

/** @throws InvalidOptionsError that lists everything that is wrong or cannot be had */
export function resolveOptions<TI extends unknown[]>(options: Options<TI>): ResolvedOptions {
  const given = Object.entries(options).filter(
    ([, value]) => value !== undefined && value !== null,
  );
  const ofNumbers = given.filter(([key]) => Object.hasOwn(numbers, key));
  const fields = { kind: "object", fields: numbers, about: "Options of a breaker." } as const;
  const checked = check(fields, Object.fromEntries(ofNumbers));
  const problems = [...refusals(given), ...transportProblems(options.cacheTransport)];
  if (!checked.ok) throw new InvalidOptionsError([...problems, ...checked.problems]);
  if (problems.length > 0) throw new InvalidOptionsError(problems);
  const values = checked.value as CheckedNumbers;
  const timeout = values.timeout || 0;
  return {
    ...(options as Options),
    ...values,
    timeout,
    capacity: values.capacity ?? Number.POSITIVE_INFINITY,
    errorFilter: (options.errorFilter ?? (() => false)) as ResolvedOptions["errorFilter"],
    cacheSize: values.cacheSize,
    cacheGetKey: (options.cacheGetKey ?? keyOfAll) as ResolvedOptions["cacheGetKey"],
    coalesceTTL: values.coalesceTTL ?? timeout,
    coalesceSize: values.coalesceSize,
    coalesceResetOn: options.coalesceResetOn ?? [],
  };
}

const keyOfAll = (...args: unknown[]): string => JSON.stringify(args);

function* refusals(given: [string, unknown][]): Generator<Problem> {
  for (const [path, value] of given) {
    const refused = Object.hasOwn(REFUSED, path) ? REFUSED[path] : undefined;
    if (refused === undefined || value === false) continue;
    const { why, fix } = refused;
    const shown = typeof value === "object" ? "an object" : value;
    yield {
      path,
      value: shown,
      message: `${path} is not supported: ${why}`,
      allowed: "nothing",
      fix,
    };
  }
}

function* transportProblems(transport: Partial<CacheTransport> | undefined): Generator<Problem> {
  if (transport === undefined || transport === null) return;
  if (transport.get && transport.set && transport.flush) return;
  yield {
    path: "cacheTransport",
    value: "an object",
    message: "cacheTransport cannot keep answers",
    allowed: "an object with get, set and flush",
    fix: "add the methods that are missing, or leave it out to keep answers in memory",
  };
}
