import {
  check,
  type Field,
  type FieldTable,
  InvalidOptionsError,
  type PolicyOptions,
  type Problem,
  parseDuration,
  policyField,
  problemsOfPolicy,
} from "breakwater";

type Duration = number | string;

/** What is wrong with a service, for as long as it stands in the settings. */
export interface Fault {
  /** Every connection is cut, as with a service that is not there. */
  outage?: boolean;
  /** Requests take so much longer: uniform, in steps where there is one. */
  latency?: { min: Duration; max: Duration; step?: Duration };
  /** A share of the requests is answered with a status from 500. */
  errors?: { share?: number; status?: number };
}

/** Who calls whom. A policy belongs to such an edge. */
export const EDGES = {
  homepage: ["authentication", "recommendations", "popular-items"],
  recommendations: ["authentication"],
} as const;

/** The services that can be faulty, and the endpoint by which the demonstration names each. */
export const ENDPOINTS = {
  authentication: "/authenticate",
  recommendations: "/recommendations",
  "popular-items": "/popular_items",
  homepage: "/",
} as const;

export type ServiceName = keyof typeof ENDPOINTS;
export type CallerName = keyof typeof EDGES;
type Policies = { [C in CallerName]?: { [D in (typeof EDGES)[C][number]]?: PolicyOptions } };

/** As it is written, kept and shown: what is left out has its default. */
export interface Settings {
  /** Endpoints whose service is not there. */
  outages?: readonly string[];
  /** Endpoints whose service takes 5 to 10 whole seconds longer. */
  performance_problems?: readonly string[];
  /** Seconds that each attempt of the homepage and of recommendations may take. */
  timeout?: number;
  /** Three more attempts, with full jitter, of the calls that only read. */
  retries?: boolean;
  /** A breaker on each of the homepage's calls. */
  circuit_breakers?: boolean;
  /** Without recommendations or popular items, a page without them instead of an error; true unless set. */
  graceful_degradation?: boolean;
  /** For so long, the last known list stands in instead of an empty one. */
  last_known?: Duration;
  faults?: { [S in ServiceName]?: Fault };
  /** Whole policies, each in place of what the switches make for its edge. */
  policies?: Policies;
}

const endpoints: Field = {
  kind: "list",
  item: { kind: "choice", choices: Object.values(ENDPOINTS), about: "An endpoint." },
  maxItems: 10,
  about: "Endpoints of the services.",
};

const { name: _name, ...policyFields } = policyField.fields;
const policy: Field = { kind: "object", fields: policyFields, about: policyField.about };

const fault: Field = {
  kind: "object",
  about: "What is wrong with a service.",
  fields: {
    outage: { kind: "boolean", about: "Every connection is cut." },
    latency: {
      kind: "object",
      about: "Requests take longer, evenly between two durations.",
      fields: {
        min: { kind: "duration", required: true, maxMs: 600_000, about: "At least." },
        max: { kind: "duration", required: true, maxMs: 600_000, about: "At most." },
        step: { kind: "duration", minMs: 1, maxMs: 600_000, about: "Only whole steps above min." },
      },
    },
    errors: {
      kind: "object",
      about: "Requests are answered with an error.",
      fields: {
        share: { kind: "number", min: 0, max: 1, about: "The share of them; all unless set." },
        status: { kind: "number", integer: true, min: 500, max: 599, about: "503 unless set." },
      },
    },
  },
};

const objectOf = (about: string, fields: FieldTable): Field => ({ kind: "object", about, fields });
const each = (names: readonly string[], field: Field): FieldTable =>
  Object.fromEntries(names.map((name) => [name, field]));

const settingsField = objectOf("The settings of the running system.", {
  outages: endpoints,
  performance_problems: endpoints,
  timeout: { kind: "number", min: 0.001, max: 3600, unit: "seconds", about: "Of one attempt." },
  retries: { kind: "boolean", about: "Three more attempts of the calls that only read." },
  circuit_breakers: { kind: "boolean", about: "A breaker on each of the homepage's calls." },
  graceful_degradation: { kind: "boolean", about: "Do without what is optional." },
  last_known: { kind: "duration", minMs: 1, about: "For so long the last known list stands in." },
  faults: objectOf("Faults by service.", each(Object.keys(ENDPOINTS), fault)),
  policies: objectOf("Policies by caller and dependency.", {
    homepage: objectOf("The homepage's calls.", each(EDGES.homepage, policy)),
    recommendations: objectOf("Recommendations' calls.", each(EDGES.recommendations, policy)),
  }),
});

/**
 * Takes any JSON value for settings, or tells everything that is wrong with it.
 * @throws InvalidOptionsError
 */
export function checkSettings(value: unknown): Settings {
  const checked = check(settingsField, value);
  if (!checked.ok) throw new InvalidOptionsError(checked.problems);
  const settings = value as Settings;
  const problems = [...latencyProblems(settings), ...policyProblems(settings)];
  if (problems.length > 0) throw new InvalidOptionsError(problems);
  return settings;
}

/** Parts of one policy that contradict each other: a retry that is not idempotent, for instance. */
function policyProblems({ policies = {} }: Settings): Problem[] {
  return Object.entries(policies).flatMap(([caller, edges]) =>
    Object.entries(edges).flatMap(([edge, options]) => [
      ...problemsOfPolicy(options as PolicyOptions, `policies.${caller}.${edge}`),
    ]),
  );
}

function latencyProblems({ faults = {} }: Settings): Problem[] {
  return Object.entries(faults).flatMap(([name, { latency }]) => {
    if (latency === undefined || durationMs(latency.min) <= durationMs(latency.max)) return [];
    const path = `faults.${name}.latency.min`;
    const message = `the shortest time is longer than the longest (${latency.max})`;
    const fix = "lower min or raise max";
    return [{ path, value: latency.min, message, allowed: "at most max", fix }];
  });
}

/** A duration that was checked, in milliseconds. */
export function durationMs(duration: Duration): number {
  return parseDuration(duration) ?? Number.NaN;
}
