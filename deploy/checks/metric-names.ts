// The names of figures: those that a page of metrics has, and those that an expression of Prometheus asks for.

/** Functions and words of the query language, as far as the dashboards and alerts use it. */
const WORDS = new Set(
  "sum max min avg rate increase histogram_quantile by without ignoring on le or and unless bool".split(
    " ",
  ),
);

/** Each figure with the labels that its samples have; none where it has no samples yet. */
export function exposedIn(page: string): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  const labelsOf = (name: string): Set<string> => {
    const labels = known.get(name) ?? new Set();
    known.set(name, labels);
    return labels;
  };
  for (const line of page.split("\n")) {
    const [, declared, type] = /^# TYPE (\S+) (\S+)/.exec(line) ?? [];
    if (declared !== undefined) {
      const suffixes = type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      for (const suffix of suffixes) labelsOf(declared + suffix);
    }
    const [, name, labels = ""] = /^([a-z_:][\w:]*)(?:\{(.*)\})? \S+$/i.exec(line) ?? [];
    if (name === undefined) continue;
    for (const [, label = ""] of labels.matchAll(/([a-z_]\w*)="(?:[^"\\]|\\.)*"/gi)) {
      labelsOf(name).add(label);
    }
  }
  return known;
}

export interface Used {
  readonly name: string;
  readonly labels: readonly string[];
}

/** Each figure in an expression with the labels that it is chosen by. */
export function usedIn(expr: string): Used[] {
  const plain = expr
    .replace(/\b(by|without|ignoring|on) *\([^)]*\)/g, " ")
    .replace(/\[[^\]]*\]/g, " ");
  return [...plain.matchAll(/([a-z_:][\w:]*)(?:\{([^}]*)\})?(?!["\w])/gi)].flatMap(
    ([, name = "", chosen = ""]) => {
      if (WORDS.has(name)) return [];
      const labels = [...chosen.matchAll(/([a-z_]\w*) *(?:=~|!~|!=|=)/gi)].map(
        ([, label = ""]) => label,
      );
      return [{ name, labels }];
    },
  );
}
