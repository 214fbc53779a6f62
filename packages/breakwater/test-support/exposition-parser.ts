/** A strict reader of Prometheus' text format 0.0.4: anything out of order throws. */
export interface ParsedMetric {
  readonly help: string;
  readonly type: string;
  readonly samples: ReadonlyMap<string, number>;
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{((?:${LABEL})(?:,${LABEL})*)\\})? (\\S+)$`);

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, letter) => (letter === "n" ? "\n" : letter));
}

/** Samples by "name{label=value,...}", label values as they were before they were escaped. */
export function parseExposition(text: string): Map<string, ParsedMetric> {
  const metrics = new Map<string, { help: string; type: string; samples: Map<string, number> }>();
  if (!text.endsWith("\n")) throw new Error("the last line must end with a line feed");
  let current = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const help = new RegExp(`^# HELP (${NAME}) (.*)$`).exec(line);
    const type = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`).exec(line);
    if (help !== null) {
      current = help[1] as string;
      if (metrics.has(current)) throw new Error(`${current} comes twice`);
      metrics.set(current, { help: unescaped(help[2] as string), type: "", samples: new Map() });
    } else if (type !== null) {
      const metric = metrics.get(current);
      if (type[1] !== current || metric === undefined)
        throw new Error(`TYPE without HELP: ${line}`);
      if (metric.samples.size > 0) throw new Error(`TYPE after samples: ${line}`);
      metric.type = type[2] as string;
    } else {
      const metric = metrics.get(current);
      if (metric === undefined || metric.type === "") throw new Error(`no TYPE before ${line}`);
      addSample(current, metric.samples, line);
    }
  }
  return metrics;
}

function addSample(metric: string, samples: Map<string, number>, line: string): void {
  const [, name = "", labels = "", value = ""] = SAMPLE.exec(line) ?? [];
  if (!name.startsWith(metric)) throw new Error(`a sample in the wrong place: ${line}`);
  const pairs = [...labels.matchAll(/([^,=]+)="((?:[^"\\]|\\.)*)"/g)];
  const key = `${name}{${pairs.map(([, label, text = ""]) => `${label}=${unescaped(text)}`).join(",")}}`;
  if (samples.has(key)) throw new Error(`a series that comes twice: ${line}`);
  const number = value === "+Inf" ? Number.POSITIVE_INFINITY : Number(value);
  if (Number.isNaN(number)) throw new Error(`no number: ${line}`);
  samples.set(key, number);
}
