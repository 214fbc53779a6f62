import type { Problem } from "@breakwater/policy";
import { catalogue, parseScenario, starterScenario } from "@breakwater/scenario";
import { Chance } from "./chance.ts";
import { grown } from "./grow.ts";
import { garbled, mutated, yamlText } from "./mutate.ts";

/** Longer than this, and somebody wonders whether it hangs. */
const LONGEST_MS = 1000;

/**
 * Parses a document that was made wrong, and returns what is wrong with the answer; undefined where the answer is a
 * scenario or clear problems.
 */
export function fuzzOnce(seed: number): string | undefined {
  const chance = new Chance(seed);
  const { text, format } = wrongDocument(chance);
  const startedAt = performance.now();
  try {
    const parsed = parseScenario(text, format);
    const tookMs = performance.now() - startedAt;
    if (tookMs > LONGEST_MS) return `seed ${seed}: took ${Math.round(tookMs)} ms\n${text}`;
    if (parsed.ok) return undefined;
    if (parsed.problems.length === 0) return `seed ${seed}: refused without a reason\n${text}`;
    const unclear = parsed.problems.find((problem) => !isClear(problem));
    return unclear && `seed ${seed}: unclear: ${JSON.stringify(unclear)}\n${text}`;
  } catch (error) {
    return `seed ${seed}: threw ${error}\n${text}`;
  }
}

/** Says where or of what, what is allowed, and what to do; in so many words that people read them. */
function isClear({ path, value, message, allowed, fix }: Problem): boolean {
  const texts = [message, allowed, fix];
  const readable = texts.every(
    (text) => text.length > 2 && text.length < 600 && !/undefined|\[object [A-Z]|NaN|=>/.test(text),
  );
  const known = path !== "" || value !== undefined || /text|document|scenario|alias/.test(message);
  return readable && known;
}

function wrongDocument(chance: Chance): { text: string; format: "yaml" | "json" } {
  const { scenario } = chance.pick(catalogue);
  const base = chance.isTrue(0.3) ? grown(scenario, chance, 3) : scenario;
  const format = chance.pick(["yaml", "json"] as const);
  if (chance.isTrue(0.5)) {
    const wrong = mutated(base, chance);
    return { text: format === "json" ? jsonText(wrong) : yamlOf(wrong), format };
  }
  if (chance.isTrue(0.2)) return { text: garbled(starterScenario(), chance), format: "yaml" };
  const text = format === "json" ? JSON.stringify(base) : yamlText(base);
  return { text: garbled(text, chance), format };
}

/** What was moved into itself has no text: then the change is left out. */
function jsonText(value: unknown): string {
  return isEndless(value) ? "{}" : (JSON.stringify(value) ?? "");
}

const yamlOf = (value: unknown): string => (isEndless(value) ? "{}" : yamlText(value));

function isEndless(value: unknown, above: readonly unknown[] = []): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (above.includes(value)) return true;
  return Object.values(value).some((inner) => isEndless(inner, [...above, value]));
}
