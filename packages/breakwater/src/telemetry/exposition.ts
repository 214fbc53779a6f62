/** Prometheus' text format 0.0.4, as far as counters, gauges and histograms need it. */

export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Label values in the order of the metric's label names. */
type Labels = readonly string[];

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}

function sample(name: string, names: Labels, values: Labels, value: number): string {
  const labels = names.map((label, index) => `${label}="${escapeLabel(values[index] ?? "")}"`);
  return `${name}${labels.length === 0 ? "" : `{${labels.join(",")}}`} ${numberText(value)}\n`;
}

function head(name: string, type: "counter" | "gauge" | "histogram", help: string): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
}

interface Value {
  readonly labels: Labels;
  value: number;
}

interface Branch {
  readonly next: Map<string, Branch>;
  value: Value | undefined;
}

/** A number per set of label values, that only grows (counter) or is set (gauge). */
export class Values {
  readonly #name: string;
  readonly #type: "counter" | "gauge";
  readonly #help: string;
  readonly #names: Labels;
  readonly #root: Branch = { next: new Map(), value: undefined };
  readonly #values: Value[] = [];

  constructor(name: string, type: "counter" | "gauge", help: string, names: Labels) {
    this.#name = name;
    this.#type = type;
    this.#help = help;
    this.#names = names;
  }

  add(labels: Labels, by = 1): void {
    const found = this.#find(labels);
    found.value += by;
  }

  set(labels: Labels, value: number): void {
    this.#find(labels).value = value;
  }

  text(): string {
    const samples = this.#values.map(({ labels, value }) =>
      sample(this.#name, this.#names, labels, value),
    );
    return head(this.#name, this.#type, this.#help) + samples.join("");
  }

  /** By one label after the other: to make a key of them all would cost ten times as much, for each count. */
  #find(labels: Labels): Value {
    let branch: Branch = this.#root;
    for (const label of labels) {
      let next = branch.next.get(label);
      if (next === undefined) {
        next = { next: new Map(), value: undefined };
        branch.next.set(label, next);
      }
      branch = next;
    }
    if (branch.value === undefined) {
      branch.value = { labels, value: 0 };
      this.#values.push(branch.value);
    }
    return branch.value;
  }
}

interface Distribution {
  /** Observations per bucket, not cumulated; the last is for all above the bounds. */
  readonly counts: number[];
  sum: number;
}

/** Observations in buckets, per value of one label. */
export class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #label: string;
  readonly #bounds: readonly number[];
  readonly #distributions = new Map<string, Distribution>();

  constructor(name: string, help: string, label: string, bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#label = label;
    this.#bounds = bounds;
  }

  /** Makes the label's value appear, without an observation. */
  declare(label: string): Distribution {
    const found = this.#distributions.get(label) ?? {
      counts: Array.from({ length: this.#bounds.length + 1 }, () => 0),
      sum: 0,
    };
    this.#distributions.set(label, found);
    return found;
  }

  observe(label: string, value: number): void {
    const distribution = this.declare(label);
    const bucket = this.#bounds.findIndex((bound) => value <= bound);
    const index = bucket < 0 ? this.#bounds.length : bucket;
    distribution.counts[index] = (distribution.counts[index] ?? 0) + 1;
    distribution.sum += value;
  }

  text(): string {
    let text = head(this.#name, "histogram", this.#help);
    for (const [label, { counts, sum }] of this.#distributions) {
      let below = 0;
      for (const [index, count] of counts.entries()) {
        below += count;
        const bound = numberText(this.#bounds[index] ?? Number.POSITIVE_INFINITY);
        text += sample(`${this.#name}_bucket`, [this.#label, "le"], [label, bound], below);
      }
      text += sample(`${this.#name}_sum`, [this.#label], [label], sum);
      text += sample(`${this.#name}_count`, [this.#label], [label], below);
    }
    return text;
  }
}
