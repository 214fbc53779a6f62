import {
  type Answers,
  answersOf,
  type Detection,
  formatCount,
  formatFactor,
  formatMs,
  formatShare,
  type LittleCheck,
  type RunResult,
  type WasteShare,
} from "@breakwater/metrics";
import type { Style } from "./style.ts";
import { edgeTitle, plural } from "./words.ts";

/** Of a list, as many are told. */
const MOST = 3;
const MULTIPLIED = 1.005;

const CAUSE_WORDS = {
  timeout: "first attempts that timed out",
  retry: "retries that timed out",
  hedge: "hedged attempts that lost",
  departed: "callers who had left",
} as const satisfies Record<WasteShare["cause"], string>;

/** What people ask of a run, as labelled lines: only what there is something to say about. */
export function answerLines(result: RunResult): [name: string, text: string][] {
  const answers = answersOf(result);
  return [
    ...detectionLines(answers),
    ...retryLines(answers),
    ...answers.wastedBy
      .filter(({ share }) => share >= 0.001)
      .slice(0, MOST)
      .map((waste): [string, string] => ["wasted", wasteText(waste)]),
    ...(answers.metastable
      ? [
          [
            "collapse",
            "ended metastable: what set it off is over, and goodput did not come back",
          ] as [string, string],
        ]
      : []),
  ];
}

function detectionLines({ detections }: Answers): [string, string][] {
  return detections.slice(0, MOST).flatMap((detection) => {
    const text = detectionText(detection);
    return text === "" ? [] : [["detect", text] as [string, string]];
  });
}

function detectionText(detection: Detection): string {
  const { fault, faultStartMs, firstFailureMs, failedOn, circuitOpenedMs, openedOn } = detection;
  const parts = [
    ...(firstFailureMs === null
      ? []
      : [`first failures ${formatMs(firstFailureMs - faultStartMs)} (${edgeTitle(failedOn)})`]),
    ...(circuitOpenedMs === null
      ? []
      : [
          `first circuit opened ${formatMs(circuitOpenedMs - faultStartMs)} (${edgeTitle(openedOn)})`,
        ]),
  ];
  return parts.length === 0 ? "" : `${parts.join(", ")} after ${fault} began`;
}

function retryLines({ amplification }: Answers): [string, string][] {
  const edges = amplification.edges
    .filter(({ factor }) => factor >= MULTIPLIED)
    .toSorted((a, b) => b.factor - a.factor)
    .slice(0, MOST);
  if (edges.length === 0) return [];
  const texts = edges.map(({ edge, factor }) => `${edgeTitle(edge)} ${formatFactor(factor)}`);
  return [["retries", texts.join("   ")]];
}

function wasteText({ edge, cause, requests, ms, share }: WasteShare): string {
  return `${formatShare(share)} of busy time by ${CAUSE_WORDS[cause]} on ${edgeTitle(edge)} (${plural(requests, "request")}, ${formatMs(ms)})`;
}

/** Little's law, in one line; and one for each service in which it fails. */
export function littleLines({ little }: Pick<Answers, "little">, style: Style): string[] {
  if (little.length === 0) return [];
  const broken = little.filter(({ holds }) => !holds);
  const mark = broken.length === 0 ? style.good("✓") : style.bad("✗");
  const most = little.reduce((a, b) => (b.present > a.present ? b : a));
  const of = little.length === 1 ? "" : `, and in ${plural(little.length - 1, "other service")}`;
  return [
    `requests present = rate x stay: ${littleText(most)}${of} ${mark}`,
    ...broken.map((check) => style.bad(`Little's law fails: ${littleText(check)}`)),
  ];
}

function littleText({ service, present, perSecond, stayMs }: LittleCheck): string {
  return `${service} ${formatQuantity(present)} = ${formatQuantity(perSecond)}/s x ${formatMs(stayMs)}`;
}

function formatQuantity(value: number): string {
  return value >= 1000 ? formatCount(value) : String(Number(value.toPrecision(3)));
}
